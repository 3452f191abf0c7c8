import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Chapter, Recorded } from "./script.ts";

/** Whoever runs the chapters against a real server with this set to `1` writes its answers down instead of comparing. */
export const isRecording = process.env["UPDATE_RECORDINGS"] === "1";

const FOLDER = join(import.meta.dirname, "recordings");

const fileOf = (chapter: Chapter): string => join(FOLDER, `${chapter.name}.json`);

/** What the real server answered, one entry for each step. Throws when a chapter was changed and not recorded again. */
export function readRecording(chapter: Chapter): readonly Recorded[] {
  const file = fileOf(chapter);
  const recorded = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Recorded[]) : [];
  assert.deepEqual(
    recorded.map(({ say }) => say),
    chapter.steps.map(({ say }) => say),
    `the recording of "${chapter.name}" has other steps than the chapter: the README says how to record it`,
  );
  return recorded;
}

/** Only for answers of a real server. */
export function writeRecording(chapter: Chapter, recorded: readonly Recorded[]): void {
  writeFileSync(fileOf(chapter), `${JSON.stringify(recorded, null, 1)}\n`);
}
