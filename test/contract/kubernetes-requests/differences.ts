import type { Chapter } from "./script.ts";

interface Difference {
  readonly chapter: string;
  /** Why the emulator keeps on answering otherwise. */
  readonly why: string;
  /** Each step with the places of its answer that differ: all of them, and no others. */
  readonly steps: Readonly<Record<string, readonly string[]>>;
}

/** What the emulator is known to answer otherwise than a real API server. Everything that is not here is the same. */
export const DIFFERENCES: readonly Difference[] = [
  {
    chapter: "apply-maps",
    why: "another YAML parser has other words for what it cannot read",
    steps: { "refuses text that is nothing": ["body.message"] },
  },
  {
    chapter: "options",
    why: "the YAML parser refuses a doubled key before anybody asks how strict to be",
    steps: { "refuses doubled fields of YAML strictly": ["body.message"] },
  },
  {
    chapter: "custom-resources",
    why: "a fraction is refused in the words for any other type, without its format",
    steps: { "refuses a fraction": ["body.causes"] },
  },
  {
    chapter: "custom-resources",
    why: "a status is named from the root of the object, not from itself; the field of the cause is the same",
    steps: { "refuses a status of another type": ["body.causes.1"] },
  },
  {
    chapter: "namespaces",
    why: "there is no finalize subresource: the namespace controller needs none",
    steps: { "finalizes by a subresource": ["body.details.kind", "body.details.name", "body.message"] },
  },
  {
    chapter: "new-events",
    why: "events.k8s.io is a read-only view of core events: 405, and 400 for its own field labels",
    steps: {
      "records an event in the new group": ["status"],
      "shows a new event in the old group": ["status"],
      "wants a controller in the new group": ["status"],
      "wants an action in the new group": ["status"],
      "wants a time in the new group": ["status"],
      "wants a type that there is in the new group": ["status"],
      "wants a note that is not too long in the new group": ["status"],
      "counts a series in the new group": ["status"],
      "does not change a new event otherwise": ["status"],
      "finds events in the new group": ["status"],
    },
  },
  {
    chapter: "paths",
    why: "the emulator reads a little protobuf and writes none",
    steps: { "prefers protobuf's neighbour where protobuf is not spoken": ["body", "headers.content-type"] },
  },
];

/** Places that differ, by step. */
export function differencesOf(chapter: Chapter): ReadonlyMap<string, readonly string[]> {
  const own = DIFFERENCES.filter((difference) => difference.chapter === chapter.name);
  return new Map(own.flatMap(({ steps }) => Object.entries(steps)));
}
