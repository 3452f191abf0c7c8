import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { UiState } from "../../../../src/playground/slack/ui-protocol.ts";
import { sampleState } from "../../../support/fake-workspace-state.ts";
import { pageModule } from "../../../support/page-module.ts";

interface Completion {
  readonly from: number;
  readonly to: number;
  readonly offers: readonly { readonly insert: string; readonly label: string }[];
}

const { completionAt } = await pageModule<{
  completionAt: (question: {
    text: string;
    caret: number;
    state: UiState | undefined;
    inThread: boolean;
  }) => Completion | undefined;
}>("completion.js");

const state = sampleState("U0ANA", 0);
const at = (text: string, { caret = text.length, inThread = false } = {}) =>
  completionAt({ text, caret, state, inThread });

describe("completion in the composer", () => {
  it("offers the commands that begin as typed, with their usage", () => {
    const found = at("/can");

    assert.deepEqual(
      found?.offers.map(({ insert }) => insert),
      ["/canary ", "/cancel "],
    );
    assert.match(found?.offers[0]?.label ?? "", /^\/canary start \|/);
  });

  it("offers commands only at the beginning of a channel's text", () => {
    assert.equal(at("see /can"), undefined);
    assert.equal(at("/canary start"), undefined);
    assert.equal(at("/can", { inThread: true }), undefined);
  });

  it("offers people, groups and open channels and replaces only the word", () => {
    const person = at("ask @le about it", { caret: 7 });

    assert.deepEqual([person?.from, person?.to, person?.offers.map(({ insert }) => insert)], [4, 7, ["@lee "]]);
    assert.deepEqual(
      at("@rel")?.offers.map(({ insert }) => insert),
      ["@release-approvers "],
    );
    assert.deepEqual(at("#o")?.offers, undefined);
    assert.deepEqual(
      at("#dep")?.offers.map(({ insert }) => insert),
      ["#deploys "],
    );
  });

  it("takes addresses and mail for what they are", () => {
    assert.equal(at("ana@le"), undefined);
  });
});
