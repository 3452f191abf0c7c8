import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { needsChromium } from "../../support/chromium.ts";
import { eventually } from "../../support/eventually.ts";
import { everyInputView, everyMessageBlock, homeView } from "../../support/fake-workspace-blocks.ts";
import { message } from "../../support/fake-workspace-messages.ts";
import { samplePanel } from "../../support/fake-workspace-state.ts";
import { later, screenshot, theBrowser, visit } from "../../support/page-visit.ts";

const SIZES = [
  [1440, 900],
  [1024, 768],
  [400, 800],
] as const;

describe("the layout", needsChromium, () => {
  before(theBrowser.start);
  after(theBrowser.stop);

  for (const [width, height] of SIZES) {
    it(`fits ${width}×${height} without scrolling sideways, with every block and a thread`, async () => {
      await visit({ browser: { viewport: { width, height } } }, async ({ at, page, workspace, now }) => {
        workspace.push({ kind: "panel", panel: samplePanel });
        workspace.push({
          kind: "message",
          message: message({
            ts: later(now, 1),
            user: "U0BOT",
            text: `long${"word".repeat(60)}`,
            blocks: everyMessageBlock,
          }),
        });
        await at("message").getByText("Every block").waitFor();
        await page.evaluate(`location.hash += "&thread=${later(now, 1)}"`);
        await at("thread").waitFor();

        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
        for (const box of [at("thread-scroller"), at("scroller")])
          assert.ok(await box.evaluate((node) => node.scrollWidth <= node.clientWidth));
        assert.ok(await at("thread-composer").isVisible());
      });
    });
  }

  for (const colorScheme of ["light", "dark"] as const) {
    it(`leaves pictures of the ${colorScheme} theme to look at`, async () => {
      await visit({ browser: { colorScheme } }, async ({ at, page, workspace, now }) => {
        workspace.push({ kind: "panel", panel: samplePanel });
        await at("traffic-podinfo").waitFor();
        await screenshot(page, `page-channel-${colorScheme}`);
        await at("open-thread").last().click();
        await at("thread").getByText("3 replies").waitFor();
        await screenshot(page, `page-thread-${colorScheme}`);
        workspace.push({ kind: "modals", modals: [everyInputView] });
        await at("modal").waitFor();
        await screenshot(page, `page-modal-${colorScheme}`);
        workspace.push({ kind: "modals", modals: [] });
        await at("modal").waitFor({ state: "detached" });
        await at("channel-home").click();
        workspace.push({ kind: "home", home: homeView });
        await at("home").getByText("Waiting for you").waitFor();
        await screenshot(page, `page-home-${colorScheme}`);
        workspace.push({
          kind: "message",
          message: message({
            ts: later(now, 1),
            channel: "C0RANDOM",
            user: "U0BOT",
            text: "all",
            blocks: everyMessageBlock,
          }),
        });
        await at("channel-random").click();
        await page.setViewportSize({ width: 1440, height: 2100 });
        await at("message").getByText("Every block").waitFor();
        await screenshot(page, `page-blocks-${colorScheme}`);

        const background = await page.evaluate("getComputedStyle(document.querySelector('.stage')).backgroundColor");
        assert.equal(background, colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(27, 24, 30)");
      });
    });
  }
});

describe("the page for keyboards and screen readers", needsChromium, () => {
  before(theBrowser.start);
  after(theBrowser.stop);

  it("has landmarks and a name on every control", async () => {
    await visit({}, async ({ at, page, workspace }) => {
      workspace.push({ kind: "panel", panel: samplePanel });
      await at("open-thread").last().click();
      await at("thread").waitFor();

      for (const role of ["banner", "navigation", "main"] as const)
        assert.equal(await page.getByRole(role).count(), 1, role);
      for (const name of ["Thread", "Playground"])
        assert.equal(await page.getByRole("complementary", { name, exact: true }).count(), 1, name);
      const nameless =
        await page.evaluate(`[...document.querySelectorAll("button, a[href], input, textarea, [role=img], img")]
        .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.alt || node.labels?.length)).map((node) => node.outerHTML)`);
      assert.deepEqual(nameless, []);
    });
  });

  it("announces new messages once", async () => {
    await visit({}, async ({ at, workspace, now }) => {
      workspace.push({ kind: "message", message: message({ ts: later(now, 1), user: "U0LEE", text: "fresh words" }) });

      await at("announcer").getByText("lee: fresh words").waitFor({ state: "attached" });
      assert.equal(await at("announcer").getAttribute("aria-live"), "polite");
    });
  });

  it("moves through a menu with the arrows and gives the focus back", async () => {
    await visit({}, async ({ at, page }) => {
      const focusOn = (testid: string) =>
        eventually(async () => assert.equal(await page.evaluate("document.activeElement.dataset.testid"), testid));
      await at("me").focus();
      await page.keyboard.press("Enter");
      await focusOn("switch-U0ANA");
      await page.keyboard.press("ArrowDown");
      await focusOn("switch-U0LEE");
      await page.keyboard.press("Escape");

      await focusOn("me");
    });
  });

  it("stands still for those who asked for less motion", async () => {
    await visit({ browser: { reducedMotion: "reduce" } }, async ({ at, page, workspace }) => {
      workspace.push({ kind: "modals", modals: [everyInputView] });
      await at("modal").waitFor();

      assert.equal(
        await page.evaluate("getComputedStyle(document.querySelector('dialog')).animationDuration"),
        "1e-05s",
      );
    });
  });
});
