import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";

const ROOT = join(import.meta.dirname, "../../..");
const manifest = parse(readFileSync(join(ROOT, "deploy/slack-manifest.yaml"), "utf8"));
const sources = readdirSync(join(ROOT, "src/slack"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join(ROOT, "src/slack", file), "utf8"))
  .join("\n");

/** First words of what stands between `app.kind("` and the next quote. */
const listened = (kind: string): string[] =>
  [...sources.matchAll(new RegExp(`app\\.${kind}\\("([^"]+)"`, "g"))].map(([, name]) => name ?? "").sort();

/** Rights that the Web API methods we call need. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  "chat.postMessage": ["chat:write"],
  "chat.update": ["chat:write"],
  "chat.postEphemeral": ["chat:write"],
  "conversations.history": ["channels:history", "groups:history"],
  "conversations.replies": ["channels:history", "groups:history"],
  "conversations.list": ["channels:read", "groups:read"],
  "users.info": ["users:read"],
  "usergroups.users.list": ["usergroups:read"],
  "auth.test": [],
  "views.open": [],
  "views.update": [],
  "views.publish": [],
};

describe("app manifest", () => {
  it("names every command, shortcut and event that the code listens to, and no other", () => {
    const { slash_commands, shortcuts } = manifest.features;

    assert.deepEqual(slash_commands.map((one: { command: string }) => one.command).sort(), listened("command"));
    assert.deepEqual(shortcuts.map((one: { callback_id: string }) => one.callback_id).sort(), listened("shortcut"));
    assert.deepEqual([...manifest.settings.event_subscriptions.bot_events].sort(), listened("event"));
  });

  it("asks for exactly the rights that the called methods need", () => {
    const called = [
      ...new Set(
        [...sources.matchAll(/"((?:chat|conversations|users|usergroups|auth|views)\.[A-Za-z.]+)"/g)].map(
          ([, method]) => method ?? "",
        ),
      ),
    ];
    for (const method of called) assert.ok(method in SCOPES, `${method} is not in this table`);

    const needed = new Set(["commands", "app_mentions:read", ...called.flatMap((method) => SCOPES[method] ?? [])]);
    assert.deepEqual([...manifest.oauth_config.scopes.bot].sort(), [...needed].sort());
  });

  it("keeps Slack's limits on names and descriptions", () => {
    for (const { name, description } of manifest.features.shortcuts)
      assert.ok(name.length <= 24 && description.length <= 150);
    assert.ok(manifest.display_information.name.length <= 35 && manifest.display_information.description.length <= 140);
  });
});
