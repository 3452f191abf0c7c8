import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { createAddressPolicy } from "../../../src/outbound/address-policy.ts";
import { ConfigError, readBotConfig, readWorkerConfig, VARIABLES } from "../../../src/config.ts";

const KEY = "k".repeat(32);
const bot = {
  SLACK_BOT_TOKEN: "xoxb-1",
  SLACK_APP_TOKEN: "xapp-1",
  POLICY_FILE: "p.yaml",
  REDIS_URL: "redis://r:6379",
};
const worker = { CLUSTER_NAME: "prod-eu", PROMETHEUS_URL: "http://prometheus:9090/", REDIS_URL: "unix:///run/r.sock" };

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  throw new assert.AssertionError({ message: "it was accepted" });
}

describe("the bot's configuration", () => {
  it("uses Socket Mode unless told otherwise", () => {
    const config = readBotConfig({ ...bot, COMMAND_KEY: KEY });

    assert.deepEqual(config.slack.transport, { kind: "socket", appToken: "xapp-1" });
    assert.equal(config.slack.apiUrl, "https://slack.com/api/");
    assert.equal(config.healthPort, 8080);
    assert.equal(config.logLevel, "info");
  });

  it("wants a signing secret instead of an app token over HTTP", () => {
    const http = { ...bot, SLACK_APP_TOKEN: "", SLACK_TRANSPORT: "http", COMMAND_KEY: KEY };

    assert.match(
      messageOf(() => readBotConfig(http)),
      /a problem:\n  SLACK_SIGNING_SECRET is not set/,
    );
    const config = readBotConfig({ ...http, SLACK_SIGNING_SECRET: "s", PORT: "0" });
    assert.deepEqual(config.slack.transport, { kind: "http", signingSecret: "s", port: 0 });
  });

  it("lists every problem at once, with what to set", () => {
    const message = messageOf(() => readBotConfig({ SLACK_BOT_TOKEN: "xapp-2", REDIS_URL: "localhost:6379" }));

    assert.match(message, /5 problems/);
    assert.match(message, /SLACK_BOT_TOKEN cannot be used\. Set it to .*xoxb-/);
    assert.match(message, /SLACK_APP_TOKEN is not set/);
    assert.match(message, /POLICY_FILE is not set/);
    assert.match(message, /REDIS_URL cannot be used/);
    assert.match(message, /COMMAND_KEY is not set/);
  });

  it("never repeats a value, which could be a secret", () => {
    const message = messageOf(() =>
      readBotConfig({ ...bot, COMMAND_KEY: "too-short-secret", SLACK_BOT_TOKEN: "s3cr3t" }),
    );

    assert.doesNotMatch(message, /too-short-secret|s3cr3t/);
  });

  it("ends the API address with one slash", () => {
    const config = readBotConfig({ ...bot, COMMAND_KEY: KEY, SLACK_API_URL: "http://127.0.0.1:1234/api" });

    assert.equal(config.slack.apiUrl, "http://127.0.0.1:1234/api/");
  });
});

describe("the worker's configuration", () => {
  it("fills in what is left out", () => {
    const config = readWorkerConfig({ ...worker, COMMAND_KEY: KEY });

    assert.equal(config.minInterval, 10_000);
    assert.equal(config.kubeconfig, null);
    assert.deepEqual(config.watchNamespaces, []);
    assert.deepEqual(config.selectorLabels, ["app", "name", "app.kubernetes.io/name"]);
    assert.deepEqual(config.labelPrefixes, []);
    assert.equal(config.configTracking, true);
    assert.equal(config.concurrency, 200);
    assert.equal(config.prometheusUrl, "http://prometheus:9090");
  });

  it("reads lists and lengths of time", () => {
    const config = readWorkerConfig({
      ...worker,
      COMMAND_KEY: KEY,
      WATCH_NAMESPACES: "shop, demo,",
      SELECTOR_LABELS: "app.example.com/name, app",
      INCLUDE_LABEL_PREFIX: "team/,*",
      CONFIG_TRACKING: "false",
      MIN_INTERVAL: "1.5s",
    });

    assert.deepEqual(config.watchNamespaces, ["shop", "demo"]);
    assert.deepEqual(config.selectorLabels, ["app.example.com/name", "app"]);
    assert.deepEqual(config.labelPrefixes, ["team/", "*"]);
    assert.equal(config.configTracking, false);
    assert.equal(config.minInterval, 1500);
  });

  it("tells networks from host names in the lists of places", () => {
    const config = readWorkerConfig({
      ...worker,
      COMMAND_KEY: KEY,
      HOOK_ALLOW: "127.0.0.0/8, ::1,Hooks.example.com",
      HOOK_DENY: "0.0.0.0/0,::/0,.corp",
    });

    assert.deepEqual(config.hookAllow, { networks: ["127.0.0.0/8", "::1"], hosts: ["hooks.example.com"] });
    assert.deepEqual(config.hookDeny, { networks: ["0.0.0.0/0", "::/0"], hosts: [".corp"] });
    assert.doesNotThrow(() => createAddressPolicy({ allow: config.hookAllow, deny: config.hookDeny }));
  });

  it("lets canaries refer to other namespaces and tells events to nobody unless told otherwise", () => {
    const plain = readWorkerConfig({ ...worker, COMMAND_KEY: KEY });
    const strict = readWorkerConfig({
      ...worker,
      COMMAND_KEY: KEY,
      NO_CROSS_NAMESPACE_REFS: "true",
      EVENT_WEBHOOK_URL: "http://events:8080/in",
    });

    assert.deepEqual([plain.noCrossNamespaceRefs, plain.eventWebhookUrl], [false, ""]);
    assert.deepEqual([strict.noCrossNamespaceRefs, strict.eventWebhookUrl], [true, "http://events:8080/in"]);
  });

  for (const [name, value] of [
    ["CLUSTER_NAME", "prod:eu"],
    ["HOOK_ALLOW", "10.0.0.0/33"],
    ["HOOK_ALLOW", "10.0.0/8"],
    ["HOOK_ALLOW", "fe80::1%eth0"],
    ["HOOK_DENY", "http://x.test"],
    ["HOOK_DENY", "*.example.com"],
    ["HOOK_DENY", "10.0.0"],
    ["EVENT_WEBHOOK_URL", "ftp://x.test"],
    ["EVENT_WEBHOOK_URL", "http://user:pass@x.test/"],
    ["NO_CROSS_NAMESPACE_REFS", "yes"],
    ["PROMETHEUS_URL", "prometheus:9090"],
    ["WATCH_NAMESPACES", "demo,Shop"],
    ["SELECTOR_LABELS", ","],
    ["SELECTOR_LABELS", "app, -name"],
    ["CONFIG_TRACKING", "yes"],
    ["MIN_INTERVAL", "0s"],
    ["MIN_INTERVAL", "soon"],
    ["CONCURRENCY", "0"],
    ["HEALTH_PORT", "70000"],
    ["LOG_LEVEL", "loud"],
    ["REDIS_URL", "http://redis"],
    ["COMMAND_KEY", "short"],
  ] as const) {
    it(`refuses ${name}=${value}`, () => {
      const message = messageOf(() => readWorkerConfig({ ...worker, COMMAND_KEY: KEY, [name]: value }));

      assert.match(message, new RegExp(`a problem:\n  ${name} cannot be used`));
    });
  }
});

describe(".env.example", () => {
  it("explains every variable and no other", () => {
    const text = readFileSync(new URL("../../../.env.example", import.meta.url), "utf8");
    const explained = [...text.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]);

    assert.deepEqual(explained.toSorted(), Object.keys(VARIABLES).toSorted());
  });
});
