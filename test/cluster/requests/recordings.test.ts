import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { CHAPTERS } from "../../contract/kubernetes-requests/chapters/all.ts";
import { play } from "../../contract/kubernetes-requests/play.ts";
import { isRecording, readRecording, writeRecording } from "../../contract/kubernetes-requests/recordings.ts";
import type { Recorded } from "../../contract/kubernetes-requests/script.ts";
import { skipWithout } from "../support/programs.ts";
import { realServer } from "./real-server.ts";

describe("a real API server still answers as it was recorded, where it", { skip: skipWithout() }, () => {
  for (const chapter of CHAPTERS) {
    describe(`is asked about ${chapter.about}:`, () => {
      let wanted: readonly Recorded[];
      let answered: readonly Recorded[];

      before(async () => {
        answered = await play(chapter, await realServer());
        if (isRecording) writeRecording(chapter, answered);
        wanted = readRecording(chapter);
      });

      for (const [i, { say }] of chapter.steps.entries()) it(say, () => assert.deepEqual(answered[i], wanted[i]));
    });
  }
});
