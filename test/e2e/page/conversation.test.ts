import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { needsChromium } from "../../support/chromium.ts";
import { eventually } from "../../support/eventually.ts";
import { message } from "../../support/fake-workspace-messages.ts";
import { later, theBrowser, visit } from "../../support/page-visit.ts";

describe("a conversation in the page", needsChromium, () => {
  before(theBrowser.start);
  after(theBrowser.stop);

  it("shows messages with author, app mark, day and reactions", async () => {
    await visit({}, async ({ at, page }) => {
      const messages = at("message");

      await messages.first().waitFor();
      assert.equal(await messages.count(), 7);
      assert.match(await messages.nth(4).innerText(), /Canary\s+app/i);
      assert.equal(await messages.nth(4).getByRole("heading", { name: "podinfo · 6.1.0" }).count(), 1);
      assert.ok(await page.getByText("Today", { exact: true }).isVisible());
      assert.match(await messages.nth(2).innerText(), /🚀\s*2/);
    });
  });

  it("sends what was typed on Enter, and a new line on Shift+Enter", async () => {
    await visit({}, async ({ at, workspace }) => {
      await at("composer").fill("hello");
      await at("composer").press("Shift+Enter");
      await at("composer").pressSequentially("there");
      await at("composer").press("Enter");

      await eventually(() =>
        assert.deepEqual(workspace.actions, [
          { kind: "type", body: { user: "U0ANA", channel: "C0DEPLOYS", text: "hello\nthere" } },
        ]),
      );
      assert.equal(await at("composer").inputValue(), "");
    });
  });

  it("completes a command, shows its usage, and recalls it with the arrow", async () => {
    await visit({}, async ({ at, page, lastSent }) => {
      await at("composer").pressSequentially("/cana");
      await at("offers").getByText("start | status").waitFor();
      await at("composer").press("Enter");
      assert.equal(await at("composer").inputValue(), "/canary ");
      await page.getByText("Run canary releases").waitFor();
      await at("composer").pressSequentially("start podinfo 6.1.0");
      await at("composer").press("Enter");

      await eventually(() =>
        assert.deepEqual(lastSent("type"), {
          user: "U0ANA",
          channel: "C0DEPLOYS",
          text: "/canary start podinfo 6.1.0",
        }),
      );
      await at("composer").press("ArrowUp");
      assert.equal(await at("composer").inputValue(), "/canary start podinfo 6.1.0");
      await at("composer").press("ArrowDown");
      assert.equal(await at("composer").inputValue(), "");
    });
  });

  it("gives the text back with the reason when it was refused", async () => {
    await visit({}, async ({ at, workspace }) => {
      workspace.answer("type", () => ({ ok: false, error: "restricted_action" }));
      await at("composer").fill("may I?");
      await at("composer").press("Enter");

      await at("composer-refusal").getByText("Only some people may post in this channel.").waitFor();
      assert.equal(await at("composer").inputValue(), "may I?");
    });
  });

  it("refuses commands in threads and says what to do, without sending", async () => {
    await visit({}, async ({ at, workspace }) => {
      await at("open-thread").last().click();
      await at("thread-composer").fill("/canary approve");
      await at("thread-composer").press("Enter");

      await at("composer-refusal")
        .getByText(/does not work in threads/)
        .waitFor();
      assert.equal(await at("thread-composer").inputValue(), "/canary approve");
      assert.deepEqual(workspace.actions, []);
    });
  });

  it("shows a thread with its replies, answers in it, and closes it with Escape", async () => {
    await visit({}, async ({ at, page, lastSent }) => {
      await at("open-thread").last().click();
      const thread = at("thread");
      await thread.getByText("3 replies").waitFor();
      assert.equal(await thread.getByTestId("message").count(), 4);
      await at("thread-composer").fill("on it");
      await at("thread-composer").press("Enter");

      const root = await thread.getByTestId("message").first().getAttribute("data-ts");
      await eventually(() =>
        assert.deepEqual(lastSent("type"), { user: "U0ANA", channel: "C0DEPLOYS", text: "on it", threadTs: root }),
      );
      await page.keyboard.press("Escape");
      await thread.waitFor({ state: "detached" });
    });
  });

  it("shows what only this person sees, and lets them dismiss it", async () => {
    await visit({}, async ({ at, page }) => {
      const own = page.locator("[data-testid=message][data-ephemeral=true]");
      assert.match(await own.innerText(), /Only visible to you/);
      assert.equal(await own.getByTestId("reply").count(), 0);
      await own.hover();
      await own.getByTestId("message-more").click();
      await page.getByRole("menuitem", { name: "Dismiss message" }).click();

      await own.waitFor({ state: "detached" });
      await at("me").click();
      await at("switch-U0LEE").click();
      await page.getByRole("button", { name: /You are lee/ }).waitFor();
      assert.equal(await own.count(), 0);
    });
  });

  it("shows notices of the workspace where the command was typed", async () => {
    await visit({}, async ({ page, workspace }) => {
      workspace.push({
        kind: "notice",
        channel: "C0DEPLOYS",
        text: '/canary failed with the error "operation_timeout"',
      });

      await page.getByTestId("message").getByText("operation_timeout").waitFor();
    });
  });

  it("runs message shortcuts and global shortcuts", async () => {
    await visit({}, async ({ at, page, lastSent }) => {
      const root = at("message").nth(4);
      await root.hover();
      await root.getByTestId("message-more").click();
      await at("shortcut-canary_actions").click();
      await eventually(async () =>
        assert.deepEqual(lastSent("shortcut"), {
          user: "U0ANA",
          callbackId: "canary_actions",
          channel: "C0DEPLOYS",
          ts: await root.getAttribute("data-ts"),
        }),
      );
      await at("shortcuts").click();
      await at("shortcut-canary_start").click();

      await eventually(() => assert.deepEqual(lastSent("shortcut"), { user: "U0ANA", callbackId: "canary_start" }));
      assert.equal(await page.getByRole("menu").count(), 0);
    });
  });

  it("shows the text that a notification would have, and complains when there is none", async () => {
    await visit({}, async ({ at, workspace, now }) => {
      workspace.push({
        kind: "message",
        message: message({ ts: later(now, 1), user: "U0BOT", blocks: [{ type: "divider" }] }),
      });
      await at("toggle-notification").click();

      assert.match(await at("fallback").nth(4).innerText(), /waits for approval by @release-approvers/);
      assert.match(await at("fallback").last().innerText(), /No text/);
    });
  });
});
