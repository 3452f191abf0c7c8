import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { problemMessage } from "../../../../src/slack/messages/answers.ts";
import { parse, type ParseProblem, type Request } from "../../../../src/slack/slash-commands/parse.ts";
import { VERBS } from "../../../../src/slack/slash-commands/table.ts";
import { assertPostable } from "../support/check-message.ts";

const name = (text: string, parts: { namespace?: string; cluster?: string } = {}) => ({
  cluster: parts.cluster ?? null,
  namespace: parts.namespace ?? null,
  name: text,
});
const podinfo = name("podinfo");

const understood: readonly (readonly [string, Partial<Request>])[] = [
  ["", { verb: "help" }],
  ["   ", { verb: "help" }],
  ["start podinfo", { verb: "start", canary: podinfo, image: "" }],
  ["start podinfo 6.1.0", { verb: "start", canary: podinfo, image: "6.1.0" }],
  ["start podinfo ghcr.io/stefanprodan/podinfo:6.1.0", { image: "ghcr.io/stefanprodan/podinfo:6.1.0" }],
  ["start podinfo <http://ghcr.io/a/podinfo:6.1.0|ghcr.io/a/podinfo:6.1.0>", { image: "ghcr.io/a/podinfo:6.1.0" }],
  ["start podinfo <https://ghcr.io/a/podinfo>", { image: "ghcr.io/a/podinfo" }],
  ["start `podinfo` `6.1.0`", { canary: podinfo, image: "6.1.0" }],
  ["```start podinfo 6.1.0```", { canary: podinfo, image: "6.1.0" }],
  ["START PodInfo 6.1.0", { verb: "start", canary: podinfo, image: "6.1.0" }],
  ["start\u00a0podinfo\u00a06.1.0", { canary: podinfo, image: "6.1.0" }],
  ["start pod\u200dinfo\u200b 6.1.0", { canary: podinfo, image: "6.1.0" }],
  ["start \u202epodinfo\u202c 6.1.0", { canary: podinfo, image: "6.1.0" }],
  ["start podinfo\u0000\r\n6.1.0", { canary: podinfo, image: "6.1.0" }],
  ["start demo/podinfo 6.1.0", { canary: name("podinfo", { namespace: "demo" }) }],
  ["start prod-eu:demo/podinfo 6.1.0", { canary: name("podinfo", { cluster: "prod-eu", namespace: "demo" }) }],
  ["status prod-eu:podinfo", { canary: name("podinfo", { cluster: "prod-eu" }) }],
  ["podinfo status", { verb: "status", canary: podinfo }],
  ["podinfo start 6.1.0", { verb: "start", canary: podinfo, image: "6.1.0" }],
  ["status", { verb: "status", canary: null }],
  ["list", { verb: "list", canary: null }],
  ["pause podinfo “looking” at it", { verb: "pause", canary: podinfo, reason: '"looking" at it' }],
  ["rollback podinfo login &amp; cart &lt;broken&gt;", { verb: "rollback", reason: "login & cart <broken>" }],
  ["undo podinfo", { verb: "undo", canary: podinfo, reason: "" }],
  ["undo demo/podinfo login is broken", { verb: "undo", reason: "login is broken" }],
  ["podinfo undo", { verb: "undo", canary: podinfo }],
  ["rollback podinfo ask <@U012|ana>", { verb: "rollback", reason: "ask @ana" }],
];

const refused: readonly (readonly [string, ParseProblem["kind"]])[] = [
  ["x".repeat(10_000), "too-long"],
  ["strat podinfo", "unknown-verb"],
  ["deploy podinfo", "unknown-verb"],
  ["🚀🚀", "unknown-verb"],
  ["; rm -rf /", "unknown-verb"],
  ["start", "no-canary"],
  ["why", "no-canary"],
  ["start pоdinfo 6.1.0", "bad-name"],
  ["start <@U012|ana> 6.1.0", "bad-name"],
  ["start <#C012|deploys>", "bad-name"],
  ["start @ana", "bad-name"],
  ["start –podinfo", "bad-name"],
  ["start demo/../podinfo", "bad-name"],
  ["start a/b/podinfo", "bad-name"],
  ["start ../podinfo", "bad-name"],
  ["start pod..info", "bad-name"],
  [`start ${"p".repeat(254)}`, "bad-name"],
  ["start $(reboot)", "bad-name"],
  ["status podinfo; start checkout", "bad-name"],
  ["start podinfo --weight=-1", "bad-version"],
  ["start podinfo –weight", "bad-version"],
  ["start podinfo 50%", "bad-version"],
  ["start podinfo ٥٠", "bad-version"],
  ["start podinfo $(reboot)", "bad-version"],
  ["start podinfo 6.1.0;reboot", "bad-version"],
  ["start podinfo 6.1.0 7.0.0", "too-much"],
  ["start podinfo 6.1.0 start checkout 1.0.0", "too-much"],
  ["approve podinfo please", "too-much"],
  ["list everything", "too-much"],
];

describe("parse", () => {
  for (const [text, wanted] of understood)
    it(`understands ${JSON.stringify(text)}`, () => {
      const parsed = parse(text);

      assert.equal(parsed.kind, "request");
      assert.deepEqual(
        parsed.kind === "request" ? { ...parsed.request, ...wanted } : null,
        parsed.kind === "request" ? parsed.request : 0,
      );
    });

  for (const [text, kind] of refused)
    it(`refuses ${JSON.stringify(text.slice(0, 40))} as ${kind}, with one clear answer`, () => {
      const parsed = parse(text);

      assert.equal(parsed.kind === "problem" ? parsed.problem.kind : "understood", kind);
      if (parsed.kind === "problem") {
        const answer = problemMessage(parsed.problem);
        assertPostable(answer);
        assert.match(answer.text, /`\/canary /, "does not say what to type next");
      }
    });

  it("suggests the verb that was meant", () => {
    const meant = {
      strat: "start",
      deploy: "start",
      abort: "rollback",
      revert: "rollback",
      unpromote: "undo",
      udno: "undo",
      continue: "resume",
      aprove: "approve",
      ls: "list",
    };

    for (const [word, verb] of Object.entries(meant)) {
      const parsed = parse(`${word} podinfo`);
      assert.equal(
        parsed.kind === "problem" && parsed.problem.kind === "unknown-verb" && parsed.problem.closest,
        verb,
        word,
      );
    }
  });

  it("suggests nothing for a word that is like no verb", () => {
    const parsed = parse("xylophone podinfo");

    assert.equal(parsed.kind === "problem" && parsed.problem.kind === "unknown-verb" && parsed.problem.closest, null);
  });

  it("shows a hidden letter by its code point", () => {
    const parsed = parse("start pоdinfo");

    assert.match(parsed.kind === "problem" ? problemMessage(parsed.problem).text : "", /U\+043E/);
  });

  it("needs no name in a thread, where the rollout is implied", () => {
    const setting = { impliedCanary: true };

    for (const verb of VERBS) assert.equal(parse(verb, setting).kind, "request", verb);
    assert.deepEqual(parse("rollback login is broken", setting), {
      kind: "request",
      request: { verb: "rollback", canary: null, image: "", reason: "login is broken" },
    });
    assert.deepEqual(parse("start 6.1.0", setting), {
      kind: "request",
      request: { verb: "start", canary: null, image: "6.1.0", reason: "" },
    });
  });
});
