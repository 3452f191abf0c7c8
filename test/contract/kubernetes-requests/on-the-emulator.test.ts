import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startCluster } from "../kubernetes/support.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { CHAPTERS } from "./chapters/all.ts";
import { play } from "./play.ts";
import { readRecording } from "./recordings.ts";
import type { Recorded } from "./script.ts";
import { ServerUnderTest } from "./server-under-test.ts";

describe("the emulator answers as the recorded API server, where it", () => {
  let emulator: KubernetesEmulator;
  let server: ServerUnderTest;

  before(async () => {
    emulator = await startCluster();
    const forget = async (): Promise<void> => emulator.faults.expireHistory();
    server = new ServerUnderTest({ url: emulator.url, forget });
  });
  after(async () => {
    server.close();
    await emulator.stop();
  });

  for (const chapter of CHAPTERS) {
    describe(`is asked about ${chapter.about}:`, () => {
      let wanted: readonly Recorded[];
      let answered: readonly Recorded[];

      before(async () => {
        wanted = readRecording(chapter);
        answered = await play(chapter, server);
      });

      for (const [i, { say, unlike }] of chapter.steps.entries()) {
        if (unlike === undefined) it(say, () => assert.deepEqual(answered[i], wanted[i]));
        else it(`${say} (differs: ${unlike})`, () => assert.notDeepEqual(answered[i], wanted[i]));
      }
    });
  }
});
