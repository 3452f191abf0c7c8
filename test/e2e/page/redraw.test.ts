import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Locator } from "playwright-core";
import { needsChromium } from "../../support/chromium.ts";
import { eventually } from "../../support/eventually.ts";
import { message, rolloutCard } from "../../support/fake-workspace-messages.ts";
import { later, theBrowser, visit } from "../../support/page-visit.ts";
import type { Visit } from "../../support/page-visit.ts";

const fromEnd = (scroller: Locator) =>
  scroller.evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight));

async function redraw({ workspace, at, now }: Visit, weight: number, renamed = ""): Promise<void> {
  const ts = (await at("message").nth(4).getAttribute("data-ts")) ?? "";
  const blocks = rolloutCard(weight, now).map((block) => ({
    ...block,
    block_id: `${String(block["block_id"])}${renamed}`,
  }));
  workspace.push({
    kind: "message",
    message: message({ ts, user: "U0BOT", text: `at ${weight} %`, blocks, replyCount: 3 }),
  });
}

describe("a message that is redrawn", needsChromium, () => {
  before(theBrowser.start);
  after(theBrowser.stop);

  it("changes in its place without another message appearing", async () => {
    await visit({}, async (visited) => {
      await redraw(visited, 50);

      await visited.at("message").nth(4).getByText("● 50 %").waitFor();
      assert.equal(await visited.at("message").count(), 7);
    });
  });

  it("keeps the focus on its button, even when the app renews its block ids", async () => {
    await visit({}, async (visited) => {
      const approve = visited.at("message").nth(4).locator("[data-action-id=approve]");
      await approve.focus();
      await redraw(visited, 50, "-2");
      await visited.at("message").nth(4).getByText("● 50 %").waitFor();

      assert.equal(await visited.page.evaluate("document.activeElement.dataset.actionId"), "approve");
    });
  });

  it("keeps its open menu open", async () => {
    await visit({}, async (visited) => {
      await visited.at("message").nth(4).locator("[data-action-id=more]").click();
      await redraw(visited, 50);
      await visited.at("message").nth(4).getByText("● 50 %").waitFor();

      assert.ok(await visited.page.getByRole("menuitem", { name: "History" }).isVisible());
    });
  });

  it("does not move what a reader further up is looking at", async () => {
    await visit({ browser: { viewport: { width: 1200, height: 600 } } }, async (visited) => {
      const { at, page } = visited;
      await at("scroller").hover();
      await page.mouse.wheel(0, -2_000);
      await eventually(async () => assert.equal(await at("scroller").evaluate((box) => box.scrollTop), 0));
      const before = await at("message").nth(1).boundingBox();
      await redraw(visited, 50);
      visited.workspace.push({
        kind: "message",
        message: message({ ts: later(visited.now, 5), user: "U0LEE", text: "late news" }),
      });

      await page.getByRole("button", { name: "New messages" }).waitFor();
      assert.deepEqual(await at("message").nth(1).boundingBox(), before);
      await page.getByRole("button", { name: "New messages" }).click();
      await eventually(async () => assert.equal(await fromEnd(at("scroller")), 0));
    });
  });

  it("keeps a reader at the end at the end, whatever arrives or opens", async () => {
    await visit({ browser: { viewport: { width: 1200, height: 600 } } }, async (visited) => {
      const { at, workspace, now } = visited;
      await eventually(async () => assert.equal(await fromEnd(at("scroller")), 0));
      workspace.push({
        kind: "message",
        message: message({
          ts: later(now, 5),
          user: "U0BOT",
          text: "a\nb\nc\nd\ne",
          files: [{ id: "F1", name: "a.png", title: "chart", mimetype: "image/png", url: "/files/chart.svg" }],
        }),
      });
      await at("message").getByText("chart").waitFor();

      await eventually(async () => assert.equal(await fromEnd(at("scroller")), 0));
      await at("toggle-journal").click();
      await at("journal").waitFor();
      await eventually(async () => assert.equal(await fromEnd(at("scroller")), 0));
      await visited.page.evaluate(`location.hash += "&thread=${later(now, 5)}"`);
      await at("thread").waitFor();
      await eventually(async () => assert.equal(await fromEnd(at("scroller")), 0));
    });
  });

  it("stands at the end of a long channel, whose earlier messages come when asked for", async () => {
    const texts = Array.from({ length: 400 }, (_, index) =>
      message({ ts: later(0, index + 1), text: `line ${index + 1}` }),
    );
    await visit({ changes: { messages: texts } }, async ({ at, page }) => {
      await at("message").getByText("line 400", { exact: true }).waitFor();
      assert.equal(await fromEnd(at("scroller")), 0);
      assert.equal(await at("message").count(), 150);
      await page.getByRole("button", { name: "Show earlier messages (250)" }).click();

      await eventually(async () => assert.equal(await at("message").count(), 300));
      await page.evaluate(`location.hash += "&message=${later(0, 7)}"`);
      await at("message").getByText("line 7", { exact: true }).waitFor();
    });
  });

  it("disappears when it is deleted", async () => {
    await visit({}, async ({ at, workspace }) => {
      const ts = (await at("message").nth(1).getAttribute("data-ts")) ?? "";
      workspace.push({ kind: "message-gone", channel: "C0DEPLOYS", ts });

      await eventually(async () => assert.equal(await at("message").count(), 6));
    });
  });

  it("is read anew after the connection was lost", async () => {
    await visit({}, async ({ at, workspace, page, now }) => {
      const text = "posted meanwhile";
      workspace.cut();
      workspace.push({ kind: "message", message: message({ ts: later(now, 9), user: "U0LEE", text }) });

      await at("message").getByText(text).waitFor();
      await page.getByText("The connection to the workspace was lost").waitFor({ state: "detached" });
    });
  });
});
