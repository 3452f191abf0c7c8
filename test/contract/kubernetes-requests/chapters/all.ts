import type { Chapter } from "../script.ts";
import { applyCustom } from "./apply-custom.ts";
import { applyMaps } from "./apply-maps.ts";
import { applyWorkloads } from "./apply-workloads.ts";
import { autoscalers } from "./autoscalers.ts";
import { contents } from "./contents.ts";
import { customResources } from "./custom-resources.ts";
import { deployments } from "./deployments.ts";
import { garbage } from "./garbage.ts";
import { jsonPatches } from "./json-patches.ts";
import { lists } from "./lists.ts";
import { metadata } from "./metadata.ts";
import { namespaces } from "./namespaces.ts";
import { newEvents } from "./new-events.ts";
import { objects } from "./objects.ts";
import { options } from "./options.ts";
import { paths } from "./paths.ts";
import { policies } from "./policies.ts";
import { records } from "./records.ts";
import { services } from "./services.ts";
import { sets } from "./sets.ts";
import { strategicPatches } from "./strategic-patches.ts";
import { watches } from "./watches.ts";

/** Every chapter, each with a recording of its name. */
export const CHAPTERS: readonly Chapter[] = [
  applyCustom,
  applyMaps,
  applyWorkloads,
  autoscalers,
  contents,
  customResources,
  deployments,
  garbage,
  jsonPatches,
  lists,
  metadata,
  namespaces,
  newEvents,
  objects,
  options,
  paths,
  policies,
  records,
  services,
  sets,
  strategicPatches,
  watches,
];
