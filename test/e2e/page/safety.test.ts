import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject, UiView } from "../../../src/playground/slack/ui-protocol.ts";
import { needsChromium } from "../../support/chromium.ts";
import { everyInputView, everyMessageBlock, homeView } from "../../support/fake-workspace-blocks.ts";
import { button, message, rolloutCard } from "../../support/fake-workspace-messages.ts";
import { samplePanel, sampleState } from "../../support/fake-workspace-state.ts";
import { later, theBrowser, visit } from "../../support/page-visit.ts";

const EVIL = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script><svg onload="window.hacked=1">" onmouseover="window.hacked=1`;
const STRUCTURE =
  /^(?:type|style|block_id|action_id|status|level|align|image_url|url|.*_url|user|.*_id|initial_date|initial_time|color|mimetype|kind)$/;

/** Puts markup into every string that a person could ever read. */
function poisoned<T>(value: T): T {
  if (Array.isArray(value)) return value.map(poisoned) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      typeof child === "string" && !STRUCTURE.test(key) ? `${child} ${EVIL}` : poisoned(child),
    ]),
  ) as T;
}

describe("hostile content", needsChromium, () => {
  before(theBrowser.start);
  after(theBrowser.stop);

  it("stays text in every place of a message, modal, home tab, panel and journal", async () => {
    const named = sampleState("U0ANA", 0);
    assert.ok(named);
    const changes = {
      team: { name: EVIL },
      people: named.people.map((person) => ({
        ...person,
        name: `${person.name} ${EVIL}`,
        title: EVIL,
        color: `red;${EVIL}`,
      })),
      channels: named.channels.map((channel) => ({ ...channel, topic: EVIL })),
      commands: [{ command: "/canary", description: EVIL, usageHint: EVIL }],
      shortcuts: [{ callbackId: "x", name: EVIL, kind: "message" as const }],
      groups: named.groups.map((group) => ({ ...group, handle: EVIL })),
    };
    await visit({ changes }, async ({ page, workspace, now, at }) => {
      const file = { id: "F1", name: EVIL, title: EVIL, mimetype: "text/html", url: "/files/x.html" };
      const attachments: JsonObject[] = [
        poisoned({
          color: "danger",
          title: "t",
          text: "x",
          pretext: "p",
          author_name: "a",
          footer: "f",
          fields: [{ title: "k", value: "v" }],
          fallback: "b",
        }),
      ];
      const blocks = [...poisoned(everyMessageBlock), ...poisoned(rolloutCard(30, now))];
      workspace.push({
        kind: "message",
        message: message({
          ts: later(now, 1),
          user: "U0BOT",
          text: EVIL,
          blocks,
          attachments,
          files: [file],
          reactions: [{ name: EVIL, users: [EVIL] }],
        }),
      });
      workspace.push({
        kind: "message",
        message: message({
          ts: later(now, 2),
          user: EVIL,
          text: `<javascript:alert(1)|x> <!date^1^{${EVIL}}|${EVIL}> *${EVIL}* \`${EVIL}\` <@${EVIL}>`,
        }),
      });
      workspace.push({ kind: "panel", panel: poisoned(samplePanel) });
      workspace.push({ kind: "journal", line: { at: 0, method: EVIL, outcome: EVIL, note: EVIL } });
      workspace.push({ kind: "notice", channel: "C0DEPLOYS", text: EVIL });
      workspace.push({ kind: "ping", channel: "C0GENERAL", ts: "1", text: EVIL });
      await at("toggle-journal").click();
      await at("me").click();
      await page.keyboard.press("Escape");
      await at("composer").fill("/can");
      workspace.push({ kind: "modals", modals: [poisoned(everyInputView)] });
      await at("modal").waitFor();
      workspace.push({ kind: "modals", modals: [] });
      await at("modal").waitFor({ state: "detached" });
      await at("channel-home").click();
      workspace.push({ kind: "home", home: poisoned(homeView) as UiView });
      await at("home").getByText("Waiting for you").waitFor();

      assert.equal(await page.evaluate("window.hacked"), undefined);
      assert.equal(
        await page
          .locator("script:not([src]):not([type=importmap]), [onerror], [onload], [onmouseover], img[src=x]")
          .count(),
        0,
      );
    });
  });

  it("cannot make a link or a button of an address that runs something", async () => {
    await visit({}, async ({ page, workspace, now }) => {
      const ts = later(now, 1);
      const blocks: JsonObject[] = [
        {
          type: "actions",
          block_id: "a",
          elements: [button({ id: "run", text: "Run", url: "javascript:window.hacked=1" })],
        },
        {
          type: "rich_text",
          elements: [
            {
              type: "rich_text_section",
              elements: [{ type: "link", url: "javascript:window.hacked=1", text: "rich" }],
            },
          ],
        },
        { type: "markdown", text: "[md](javascript:window.hacked=1)" },
      ];
      workspace.push({
        kind: "message",
        message: message({
          ts,
          user: "U0BOT",
          text: "x",
          blocks,
          attachments: [{ title: "att", title_link: "javascript:window.hacked=1", fallback: "x" }],
        }),
      });
      const shown = page.locator(`[data-ts="${ts}"]`);
      await shown.getByText("rich").click();
      await shown.getByText("att").click();
      await shown.getByRole("button", { name: "Run" }).click();

      assert.equal(await shown.locator("a").count(), 0);
      assert.equal(await page.evaluate("window.hacked"), undefined);
    });
  });
});
