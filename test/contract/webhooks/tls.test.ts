import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { selfSigned } from "../../support/certificate.ts";
import { callTo, openCaller, patient, say, startReceiver, type Receiver } from "./receiver.ts";

describe("a receiver whose certificate nobody vouches for", () => {
  let receiver: Receiver;
  before(async () => {
    receiver = await startReceiver(say(200), selfSigned());
  });
  after(() => receiver.stop());

  async function call(insecure: boolean) {
    const { caller, pauses, close } = openCaller();
    const found = await caller.call(callTo(receiver.url, { insecure, retries: 2 }), patient);
    await close();
    return { ...found, pauses };
  }

  it("is not called, and told so once, with the way out", async () => {
    const { ok, problem, pauses } = await call(false);

    assert.equal(ok, false);
    assert.match(problem, /certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\); disableTLS accepts any/);
    assert.deepEqual(pauses, []);
    assert.deepEqual(receiver.received, []);
  });

  it("is called with disableTLS", async () => {
    assert.equal((await call(true)).ok, true);

    assert.equal(receiver.received.length, 1);
  });

  it("is not trusted by others because one canary trusts it", async () => {
    const { caller, close } = openCaller();

    const trusting = await caller.call(callTo(receiver.url, { insecure: true }), patient);
    const careful = await caller.call(callTo(receiver.url), patient);

    await close();
    assert.deepEqual([trusting.ok, careful.ok], [true, false]);
  });
});
