import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { describe, it } from "node:test";
import { createAddressPolicy } from "../../../src/outbound/address-policy.ts";
import { checkedLookup, createResolver, ForbiddenAddress, type Resolve } from "../../../src/outbound/checked-lookup.ts";

const policy = createAddressPolicy({ allow: { networks: [], hosts: [] }, deny: { networks: [], hosts: [] } });
const v4 = (address: string): LookupAddress => ({ address, family: 4 });

function look(resolve: Resolve, options: { all?: boolean } = { all: true }): Promise<unknown> {
  return new Promise((done, fail) =>
    checkedLookup(policy, resolve)("x.test", options, (error, ...found) => (error ? fail(error) : done(found))),
  );
}

describe("a checked lookup", () => {
  it("answers the addresses of a name, or the first of them", async () => {
    const resolve = async () => [v4("10.0.0.1"), v4("10.0.0.2")];

    assert.deepEqual(await look(resolve), [[v4("10.0.0.1"), v4("10.0.0.2")]]);
    assert.deepEqual(await look(resolve, {}), ["10.0.0.1", 4]);
  });

  it("refuses a name of which one address is forbidden", async () => {
    await assert.rejects(
      look(async () => [v4("10.0.0.1"), v4("169.254.169.254")]),
      ForbiddenAddress,
    );
  });

  it("fails for a name without an address and for one that cannot be looked up", async () => {
    await assert.rejects(
      look(async () => []),
      /no address/,
    );
    await assert.rejects(
      look(() => Promise.reject(new Error("SERVFAIL"))),
      /SERVFAIL/,
    );
  });
});

describe("a resolver", () => {
  it("asks once for what several want at the same time, and anew after that", async () => {
    let asked = 0;
    const resolve = createResolver(async () => {
      asked += 1;
      await new Promise(setImmediate);
      return [v4("10.0.0.1")];
    });

    await Promise.all([resolve("x.test"), resolve("x.test"), resolve("x.test")]);
    await resolve("x.test");

    assert.equal(asked, 2);
  });

  it("holds no more than two of the threads that everybody shares", async () => {
    let atOnce = 0;
    let most = 0;
    const resolve = createResolver(async () => {
      most = Math.max(most, (atOnce += 1));
      await new Promise(setImmediate);
      atOnce -= 1;
      return [v4("10.0.0.1")];
    });

    await Promise.all(["a", "b", "c", "d", "e"].map(resolve));

    assert.equal(most, 2);
  });

  it("spares a name that took long to fail, but not one that failed at once", async (test) => {
    let clock = 0;
    let slow = true;
    let asked = 0;
    test.mock.method(performance, "now", () => clock);
    const resolve = createResolver(async () => {
      asked += 1;
      clock += slow ? 5_000 : 1;
      throw new Error("EAI_AGAIN");
    });

    await assert.rejects(resolve("hangs.test"), /EAI_AGAIN/);
    await assert.rejects(resolve("hangs.test"), /EAI_AGAIN/);
    assert.equal(asked, 1);
    clock += 11_000;
    slow = false;
    await assert.rejects(resolve("hangs.test"), /EAI_AGAIN/);
    await assert.rejects(resolve("hangs.test"), /EAI_AGAIN/);

    assert.equal(asked, 3);
  });
});
