import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { after, afterEach, before, describe, it } from "node:test";
import { createAddressPolicy } from "../../../src/outbound/address-policy.ts";
import { readCanary } from "../../../src/rollout/manifest/read-canary.ts";
import { CONTEXT, manifest } from "../../unit/manifest/sample-manifest.ts";
import {
  BUILT_IN,
  callTo,
  inTurn,
  LOOPBACK,
  openCaller,
  patient,
  say,
  startReceiver,
  type Receiver,
} from "./receiver.ts";

const names =
  (table: Readonly<Record<string, readonly string[]>>) =>
  async (host: string): Promise<readonly LookupAddress[]> =>
    (table[host] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

describe("an address in a manifest", () => {
  let receiver: Receiver;
  const opened: ReturnType<typeof openCaller>[] = [];
  before(async () => {
    receiver = await startReceiver(say(200));
  });
  after(() => receiver.stop());
  afterEach(async () => {
    receiver.received.length = 0;
    await Promise.all(opened.splice(0).map(({ close }) => close()));
  });

  function open(...options: Parameters<typeof openCaller>) {
    const one = openCaller(...options);
    opened.push(one);
    return one;
  }

  /** What comes of a call with three retries, when nobody but the operating system knows names. */
  async function call(url: string, options: Parameters<typeof openCaller>[0] = { policy: BUILT_IN }) {
    const { caller, pauses } = open(options);
    const found = await caller.call(callTo(url, { retries: 3 }), patient);
    return { ...found, pauses };
  }

  it("that leads to this machine or to a cloud's credentials is never called, however it is written", async () => {
    const { port } = receiver;
    for (const host of [
      "169.254.169.254",
      "127.0.0.1",
      "127.1",
      "0.0.0.0",
      "[::1]",
      "[::]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[::127.0.0.1]",
      "[64:ff9b::7f00:1]",
      "[2002:7f00:1::]",
      "[fe80::1]",
      "[fd00:ec2::254]",
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "127.0.0.1.",
      "localhost",
      "LOCALHOST",
      "%6cocalhost",
      "ⓛocalhost",
    ]) {
      const { ok, problem, pauses } = await call(`http://${host}:${port}/`);

      assert.equal(ok, false, host);
      assert.match(problem, /its address is not allowed: \S+ is (a |the )/, host);
      assert.deepEqual(pauses, [], `${host} is tried once`);
    }
    assert.deepEqual(receiver.received, []);
  });

  it("whose name leads to several addresses is not called when one of them is forbidden", async () => {
    const resolve = names({
      "mixed.test": ["10.0.0.1", "169.254.169.254"],
      "six.test": ["fe80::1", "10.0.0.1"],
      "localhost.": ["10.0.0.1", "127.0.0.1"],
    });

    for (const host of ["mixed.test", "six.test", "localhost."]) {
      const { problem } = await call(`http://${host}/`, { policy: BUILT_IN, resolve });
      assert.match(problem, /its address is not allowed/);
    }
  });

  it("whose name is let lead somewhere else in between is called where it was checked", async () => {
    const { port } = receiver;
    const policy = createAddressPolicy({
      allow: { networks: ["127.0.0.1/32"], hosts: [] },
      deny: { networks: [], hosts: [] },
    });
    let asked = 0;
    const resolve = async (): Promise<readonly LookupAddress[]> => {
      asked += 1;
      return [{ address: asked === 1 ? "127.0.0.1" : "127.0.0.2", family: 4 }];
    };
    const { caller, pauses } = open({ policy, resolve });

    const first = await caller.call(callTo(`http://rebinding.test:${port}/`), patient);
    assert.deepEqual([first.ok, asked], [true, 1], "one lookup is both checked and connected to");
    receiver.received.length = 0;
    await open({ policy, resolve })
      .caller.call(callTo(`http://rebinding.test:${port}/`, { retries: 3 }), patient)
      .then(({ problem }) => assert.match(problem, /127\.0\.0\.2 is a loopback address/));

    assert.deepEqual([receiver.received.length, pauses], [0, []]);
  });

  it("is checked again at every attempt that makes a new connection", async () => {
    const flaky = await startReceiver(inTurn((response) => response.destroy(), say(200)));
    const answers = inTurnOf(["127.0.0.1"], ["169.254.169.254"]);
    const { caller } = open({ resolve: async () => answers() });

    const { ok, problem } = await caller.call(callTo(`http://moving.test:${flaky.port}/`, { retries: 3 }), patient);

    await flaky.stop();
    assert.equal(ok, false);
    assert.match(problem, /link-local/);
    assert.equal(flaky.received.length, 1);
  });

  it("is not left for another one by redirects, not even the first of a chain", async () => {
    const chain = await startReceiver((response, { path }) =>
      say(path === "/1" ? 307 : 302, "", {
        location: path === "/1" ? "/2" : "http://169.254.169.254/latest/meta-data/",
      })(response, { method: "", path, headers: {}, body: "" }),
    );

    const found = await call(`${chain.url}/1`, { policy: LOOPBACK });

    await chain.stop();
    assert.match(found.problem, /HTTP 307: redirects are not followed/);
    assert.deepEqual(
      chain.received.map(({ path }) => path),
      ["/1"],
    );
  });

  it("of another kind, or with a password in it, is refused when the manifest is read, and when it is called all the same", async () => {
    for (const [url, why] of [
      ["file:///etc/passwd", /neither http nor https/],
      ["gopher://127.0.0.1:6379/_FLUSHALL", /neither http nor https/],
      ["ftp://x.test/", /neither http nor https/],
      ["//x.test/", /no URL/],
      ["load-tester/gate", /no URL/],
      ["http://user:pass@x.test/", /password/],
      ["http://169.254.169.254@x.test/", /password/],
    ] as const) {
      const { canary, problem } = readCanary(manifest({ analysis: { webhooks: [{ name: "a", url }] } }), CONTEXT);

      assert.equal(canary, null, url);
      assert.equal(problem?.path, "spec.analysis.webhooks[0].url");
      assert.match(problem?.problem ?? "", why);
      assert.match((await call(url)).problem, why);
    }
  });

  it("with a trailing dot or in another script is called by the name that it means", async () => {
    const asked: string[] = [];
    const resolve = async (host: string): Promise<readonly LookupAddress[]> => {
      asked.push(host);
      return [{ address: "127.0.0.1", family: 4 }];
    };
    for (const host of ["dotted.test.", "bücher.test", "ＷＩＤＥ.test"])
      assert.equal((await call(`http://${host}:${receiver.port}/`, { resolve })).ok, true, host);

    assert.deepEqual(asked, ["dotted.test.", "xn--bcher-kva.test", "wide.test"]);
  });
});

function inTurnOf(...sets: readonly (readonly string[])[]) {
  let next = 0;
  return (): readonly LookupAddress[] =>
    (sets[Math.min(next++, sets.length - 1)] ?? []).map((address) => ({ address, family: 4 }));
}
