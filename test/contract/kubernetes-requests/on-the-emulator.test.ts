import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startCluster } from "../kubernetes/support.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { CHAPTERS } from "./chapters/all.ts";
import { DIFFERENCES, differencesOf } from "./differences.ts";
import { differingPlaces } from "./places.ts";
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
      const known = differencesOf(chapter);
      let wanted: readonly Recorded[];
      let answered: readonly Recorded[];

      before(async () => {
        wanted = readRecording(chapter);
        answered = await play(chapter, server);
      });

      for (const [i, { say }] of chapter.steps.entries()) {
        const places = known.get(say);
        if (places === undefined) it(say, () => assert.deepEqual(answered[i], wanted[i]));
        else
          it(`${say}, but for ${places.join(", ")}`, () =>
            assert.deepEqual(
              differingPlaces(wanted[i], answered[i]),
              places,
              "differences.ts is to say where it differs",
            ));
      }
    });
  }

  it("names differences of steps that there are, each once", () => {
    const steps = new Set(CHAPTERS.flatMap(({ name, steps: list }) => list.map(({ say }) => `${name}: ${say}`)));
    const named = DIFFERENCES.flatMap(({ chapter, steps: places }) =>
      Object.keys(places).map((say) => `${chapter}: ${say}`),
    );
    assert.deepEqual(
      named.filter((step) => !steps.has(step)),
      [],
    );
    assert.equal(new Set(named).size, named.length);
  });
});
