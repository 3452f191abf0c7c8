import type { Chapter } from "../script.ts";
import { applyCustom } from "./apply-custom.ts";
import { applyMaps } from "./apply-maps.ts";
import { applyWorkloads } from "./apply-workloads.ts";
import { jsonPatches } from "./json-patches.ts";
import { lists } from "./lists.ts";
import { objects } from "./objects.ts";
import { options } from "./options.ts";
import { paths } from "./paths.ts";
import { strategicPatches } from "./strategic-patches.ts";
import { watches } from "./watches.ts";

/** Every chapter, each with a recording of its name. */
export const CHAPTERS: readonly Chapter[] = [applyCustom, applyMaps, applyWorkloads, jsonPatches, lists, objects, options, paths, strategicPatches, watches];
