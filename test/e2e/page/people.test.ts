import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { needsChromium } from "../../support/chromium.ts";
import { eventually } from "../../support/eventually.ts";
import { message } from "../../support/fake-workspace-messages.ts";
import { samplePanel } from "../../support/fake-workspace-state.ts";
import { later, theBrowser, visit } from "../../support/page-visit.ts";

describe("people and places", needsChromium, () => {
  before(theBrowser.start);
  after(theBrowser.stop);

  it("switches the person with one click and says who is called for", async () => {
    await visit({}, async ({ at, page, lastSent }) => {
      await at("me").click();
      assert.match(await at("switch-U0LEE").innerText(), /lee\s+Release approver\s+1/);
      await at("switch-U0LEE").click();
      await page.getByRole("button", { name: /You are lee/ }).waitFor();
      await at("composer").fill("hi");
      await at("composer").press("Enter");

      await eventually(() => assert.deepEqual(lastSent("type"), { user: "U0LEE", channel: "C0DEPLOYS", text: "hi" }));
      assert.match(page.url(), /user=U0LEE/);
    });
  });

  it("opens any view by its address, with ids or names, also a permalink", async () => {
    await visit({ hash: "user=lee&channel=general" }, async ({ at, page, workspace, now }) => {
      await page.getByText("Hello everybody").waitFor();
      const ts = later(now, -9 * 60);
      await page.goto(`${workspace.url}/#user=U0ANA&channel=C0DEPLOYS&thread=${ts}`);
      await at("thread").getByText("3 replies").waitFor();
      await page.goto(`${workspace.url}/archives/C0DEPLOYS/p${ts.replace(".", "")}`);

      await page.locator(`.linked[data-ts="${ts}"]`).waitFor();
      await page.getByRole("button", { name: /You are ana/ }).waitFor();
    });
  });

  it("plays the first person when the address names nobody or somebody unknown", async () => {
    for (const hash of ["", "user=nobody", "user=U0GONE00"]) {
      await visit({ hash }, async ({ page }) => {
        await page.getByRole("button", { name: /You are ana/ }).waitFor();
        await page.getByRole("heading", { name: "deploys" }).first().waitFor();
      });
    }
  });

  it("counts what was not read, and forgets it when the channel is opened", async () => {
    await visit({ hash: "user=ana&channel=random" }, async ({ at, workspace, now }) => {
      workspace.push({
        kind: "message",
        message: message({ ts: later(now, 1), channel: "C0GENERAL", user: "U0LEE", text: "news for <@U0ANA>" }),
      });
      const general = at("channel-general");

      await general.locator(".badge").waitFor();
      assert.equal(await general.locator(".badge").innerText(), "1");
      await general.click();
      await eventually(async () => assert.equal(await general.locator(".badge").count(), 0));
      await at("channel-random").click();
      await eventually(async () => assert.doesNotMatch((await general.getAttribute("class")) ?? "", /fresh/));
    });
  });

  it("shows a notification that leads to its message, unless it is on the screen", async () => {
    await visit({ hash: "user=ana&channel=random" }, async ({ at, page, workspace, now }) => {
      const ts = later(now, 1);
      workspace.push({
        kind: "message",
        message: message({ ts, channel: "C0GENERAL", user: "U0LEE", text: "look <@U0ANA>" }),
      });
      workspace.push({ kind: "ping", channel: "C0GENERAL", ts, text: "look <@U0ANA>" });
      await at("toast").getByText("#general").click();
      await page.getByTestId("message").getByText("look").waitFor();
      workspace.push({ kind: "ping", channel: "C0GENERAL", ts, text: "look again" });
      workspace.push({ kind: "notice", channel: "C0GENERAL", text: "after the ping" });

      await page.getByTestId("message").getByText("after the ping").waitFor();
      assert.equal(await at("toast").count(), 0);
    });
  });

  it("says whether the bot is connected", async () => {
    await visit({}, async ({ at, workspace }) => {
      assert.match(await at("connected").innerText(), /Canary is connected/);
      workspace.push({ kind: "connected", connected: false });

      await at("connected").getByText("Canary is not connected").waitFor();
    });
  });

  it("shows an archived channel without a composer", async () => {
    await visit({ hash: "user=ana&channel=old-releases" }, async ({ at, page }) => {
      await page.getByText("#old-releases is archived").waitFor();

      assert.equal(await at("composer").count(), 0);
    });
  });
});

describe("the playground panel and the journal", needsChromium, () => {
  before(theBrowser.start);
  after(theBrowser.stop);

  it("show how traffic is split and switch scenarios", async () => {
    await visit({}, async ({ at, workspace, lastSent }) => {
      workspace.push({ kind: "panel", panel: samplePanel });
      const row = at("traffic-checkout").locator("[data-version='2.14.1-bad']");
      await row.waitFor();

      assert.deepEqual(
        (await row.innerText()).split("\t").map((cell) => cell.trim()),
        ["2.14.1-bad", "10 %", "24 %", "1.2 s"],
      );
      assert.equal(await at("scenario-fail").getAttribute("aria-checked"), "true");
      await at("scenario-slow").click();
      await eventually(() => assert.deepEqual(lastSent("scenario"), { id: "slow", on: true }));
      await at("toggle-panel").click();
      await at("panel").waitFor({ state: "detached" });
    });
  });

  it("list the last calls and can show refusals only", async () => {
    await visit({}, async ({ at, workspace, page }) => {
      await at("toggle-journal").click();
      for (const [method, outcome] of [
        ["chat.postMessage", "ok"],
        ["views.open", "expired_trigger_id"],
      ] as const) {
        workspace.push({ kind: "journal", line: { at: 0, method, outcome, note: "" } });
      }
      await at("journal").getByText("chat.postMessage").waitFor();
      await page.getByLabel("only refusals").check();

      assert.equal(await at("journal").getByText("chat.postMessage").count(), 0);
      assert.ok(await at("journal").getByText("expired_trigger_id").isVisible());
    });
  });
});
