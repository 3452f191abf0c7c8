import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ANYWHERE, createAddressPolicy } from "../../../src/outbound/address-policy.ts";

const NOTHING = { networks: [], hosts: [] };
const policy = createAddressPolicy({ allow: NOTHING, deny: NOTHING });

/** Addresses by what a refusal calls them; the same address in other notations must be called the same. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  loopback: [
    "127.0.0.1",
    "127.255.0.9",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
  ],
  "link-local": [
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::169.254.169.254",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:5601:5601",
  ],
  metadata: ["100.100.100.200", "168.63.129.16", "fd00:ec2::254"],
  unspecified: ["0.0.0.0", "0.1.2.3", "::"],
  multicast: ["224.0.0.1", "239.255.255.250", "ff02::1", "::ffff:224.0.0.1"],
  reserved: ["240.0.0.1", "255.255.255.255", "192.0.0.192", "fec0::1"],
};

/** Where webhooks live: private networks, cluster addresses, and the internet. */
const FINE = [
  "10.0.0.1",
  "172.16.3.4",
  "192.168.1.1",
  "100.64.0.1",
  "fd12::1",
  "93.184.216.34",
  "2606:4700::1",
  "::ffff:10.0.0.1",
];

describe("the policy for addresses in manifests", () => {
  for (const [what, addresses] of Object.entries(FORBIDDEN)) {
    it(`refuses ${what} addresses in every notation`, () => {
      for (const address of addresses) assert.match(policy.refusal("x.test", address) ?? "", new RegExp(what), address);
    });
  }

  it("lets webhooks of the cluster and of the internet be called", () => {
    for (const address of FINE) assert.equal(policy.refusal("x.test", address), null, address);
  });

  it("refuses what is no address", () => {
    for (const address of ["", "localhost", "1.2.3", "127.1", "0x7f000001", "::g"])
      assert.notEqual(policy.refusal("x.test", address), null, address);
  });

  it("refuses what the operator denies, by network and by name with everything below it", () => {
    const strict = createAddressPolicy({
      allow: NOTHING,
      deny: { networks: ["10.9.0.0/16", "fd00:9::/32"], hosts: ["corp.example"] },
    });

    assert.match(strict.refusal("x.test", "10.9.1.1") ?? "", /denied/);
    assert.match(strict.refusal("x.test", "::ffff:10.9.1.1") ?? "", /denied/);
    assert.match(strict.refusal("x.test", "fd00:9::1") ?? "", /denied/);
    assert.equal(strict.refusal("x.test", "10.8.1.1"), null);
    for (const host of ["corp.example", "a.corp.example", "A.CORP.EXAMPLE."])
      assert.match(strict.refusal(host, "93.184.216.34") ?? "", /denied/, host);
    for (const host of ["notcorp.example", "corp.example.org"])
      assert.equal(strict.refusal(host, "93.184.216.34"), null, host);
  });

  it("lets an allowed network lift every prohibition", () => {
    const open = createAddressPolicy({
      allow: { networks: ["127.0.0.0/8", "::1", "10.1.0.0/16"], hosts: [] },
      deny: { networks: ["0.0.0.0/0", "::/0"], hosts: ["bad.test"] },
    });

    for (const address of ["127.0.0.1", "::1", "10.1.2.3"]) assert.equal(open.refusal("bad.test", address), null);
    for (const address of ["10.2.0.1", "93.184.216.34", "2606:4700::1"])
      assert.match(open.refusal("x.test", address) ?? "", /denied/);
  });

  it("lets an allowed name lift the operator's prohibitions but never the built-in ones", () => {
    const listed = createAddressPolicy({
      allow: { networks: [], hosts: ["hooks.example"] },
      deny: { networks: ["0.0.0.0/0", "::/0"], hosts: [] },
    });

    assert.equal(listed.refusal("a.hooks.example", "93.184.216.34"), null);
    assert.match(listed.refusal("a.hooks.example", "169.254.169.254") ?? "", /link-local/);
    assert.match(listed.refusal("other.example", "93.184.216.34") ?? "", /denied/);
  });

  it("refuses nothing of what an operator configured", () => {
    assert.equal(ANYWHERE.refusal("localhost", "127.0.0.1"), null);
  });

  it("says which network cannot be read", () => {
    for (const network of ["10.0.0.0/33", "10.0.0/8", "::/129", "x", "10.0.0.0/8/8", "10.0.0.0/"])
      assert.throws(
        () => createAddressPolicy({ allow: { networks: [network], hosts: [] }, deny: NOTHING }),
        /not a network/,
      );
  });
});
