import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SignedCommand } from "../../../src/queue/jobs.ts";
import { canonicalJson, isSigned, signCommand } from "../../../src/queue/signature.ts";
import type { RolloutCommand } from "../../../src/rollout/command.ts";
import { KEY, sampleCommand } from "../../contract/queue/samples.ts";

describe("a signed command", () => {
  it("is recognised after a trip through JSON with its fields in another order", () => {
    const signed = signCommand(sampleCommand(), KEY);

    const command = Object.fromEntries(Object.entries(signed.command).toReversed());
    const arrived = SignedCommand.parse(JSON.parse(JSON.stringify({ signature: signed.signature, command })));

    assert.equal(isSigned(arrived, KEY), true);
  });

  for (const [field, value] of Object.entries({
    id: "command-2",
    verb: "rollback",
    cluster: "prod",
    namespace: "shop",
    name: "checkout",
    uid: "other",
    rollout: "r-2",
    gate: "confirm-promotion",
    revision: "v1-0123456789abcdef",
    image: "6.2.0",
    reason: "because",
    actor: { kind: "slack", user: "U2", name: "ana" },
    roles: ["release-approvers", "admins"],
    channel: "C2",
    via: "bot-2",
    issuedAt: 2_000,
    expiresAt: 99_000,
  })) {
    it(`is not recognised with another ${field}`, () => {
      const { command, signature } = signCommand(sampleCommand(), KEY);

      const altered = { signature, command: { ...command, [field]: value } as RolloutCommand };

      assert.equal(isSigned(altered, KEY), false);
    });
  }

  it("covers every field of a command", () => {
    const covered = 17;

    assert.equal(Object.keys(sampleCommand()).length, covered);
  });

  it("is not recognised under another key", () => {
    const signed = signCommand(sampleCommand(), KEY);

    assert.equal(isSigned(signed, KEY.toUpperCase()), false);
  });

  it("is not recognised with a signature of another length", () => {
    const { command } = signCommand(sampleCommand(), KEY);

    assert.equal(isSigned({ command, signature: "" }, KEY), false);
  });
});

describe("canonical JSON", () => {
  it("sorts keys at every depth and leaves lists in order", () => {
    const text = canonicalJson({ b: [2, 1, { z: null, a: "ü" }], a: true, gone: undefined });

    assert.equal(text, '{"a":true,"b":[2,1,{"a":"ü","z":null}]}');
  });
});
