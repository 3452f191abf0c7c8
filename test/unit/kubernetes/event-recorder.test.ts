import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApiRequest } from "../../../src/kubernetes/client.ts";
import { createEventRecorder } from "../../../src/kubernetes/event-recorder.ts";
import { at, type KubernetesObject } from "../../../src/kubernetes/object.ts";
import { recordingLog } from "./scripted-server.ts";

const ABOUT = { cluster: "east", namespace: "demo", name: "shop", uid: "u-1" };
const said = (message: string) => ({ type: "Normal", reason: "StepStarted", message }) as const;

function recorder(answer: (request: ApiRequest) => void = () => {}) {
  const requests: ApiRequest[] = [];
  const log = recordingLog();
  const client = {
    async request(request: ApiRequest) {
      requests.push(request);
      answer(request);
      return {};
    },
  };
  return { requests, log, recorder: createEventRecorder({ client, log, everyMs: 1 }) };
}

describe("an event recorder", () => {
  it("writes an Event about the canary", async () => {
    const { recorder: events, requests } = recorder();

    events.record(ABOUT, said("20 %"));
    await events.drained();

    assert.equal(requests[0]?.path, "/api/v1/namespaces/demo/events");
    assert.deepEqual(at(requests[0]?.body, "involvedObject"), {
      apiVersion: "flagger.app/v1beta1",
      kind: "Canary",
      namespace: "demo",
      name: "shop",
      uid: "u-1",
    });
    assert.equal(at(requests[0]?.body, "source", "component"), "coalmine");
    assert.equal(at(requests[0]?.body, "message"), "20 %");
  });

  it("counts repeats on the same Event instead of writing more", async () => {
    const { recorder: events, requests } = recorder();
    events.record(ABOUT, said("waiting"));
    await events.drained();

    for (let times = 0; times < 50; times += 1) events.record(ABOUT, said("waiting"));
    await events.drained();

    const patches = requests.filter(({ method }) => method === "PATCH");
    assert.equal(requests.length, 1 + patches.length);
    assert.ok(patches.length >= 1 && patches.length < 5, `${patches.length}`);
    assert.equal(at(patches.at(-1)?.body, "count"), 51);
  });

  it("lets a process that stops wait only so long", async () => {
    const { promise: never } = Promise.withResolvers<KubernetesObject>();
    const client = { request: () => never };
    const events = createEventRecorder({ client, log: recordingLog(), everyMs: 1 });
    events.record(ABOUT, said("20 %"));

    const waited = await Promise.race([events.drained(1).then(() => "came back"), never]);

    assert.equal(waited, "came back");
  });

  it("drops the oldest when too many wait, and says how many", async () => {
    const { recorder: events, requests, log } = recorder();

    for (let index = 0; index < 500; index += 1) events.record(ABOUT, said(`event ${index}`));
    await events.drained();

    assert.ok(requests.length < 250, `${requests.length}`);
    assert.equal(at(requests.at(-1)?.body, "message"), "event 499");
    assert.ok(log.lines.some(({ text }) => text.includes("dropped")));
  });

  it("never throws, and goes on after a refusal", async () => {
    const {
      recorder: events,
      requests,
      log,
    } = recorder(() => {
      if (requests.length === 1) throw new Error("forbidden");
    });

    events.record(ABOUT, said("first"));
    events.record(ABOUT, said("second"));
    await events.drained();

    assert.equal(requests.length, 2);
    assert.equal(log.lines.length, 1);
  });

  it("says nothing more once it is stopped", async () => {
    const { recorder: events, requests } = recorder();
    events.stop();

    events.record(ABOUT, said("late"));
    await events.drained();

    assert.equal(requests.length, 0);
  });
});
