import { discord } from "./discord.ts";
import { gchat } from "./gchat.ts";
import { msteams } from "./msteams.ts";
import type { ProviderKind } from "./provider-kind.ts";
import { rocket } from "./rocket.ts";
import { slack } from "./slack.ts";

/** Kinds of receivers by their names in AlertProviders. */
export const PROVIDER_TYPES = ["slack", "discord", "rocket", "msteams", "gchat"] as const;
export type ProviderType = (typeof PROVIDER_TYPES)[number];

export const PROVIDER_KINDS: Readonly<Record<ProviderType, ProviderKind>> = { slack, discord, rocket, msteams, gchat };
