import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { missingForBrowser, Stranger } from "./stranger.ts";

const skip = await missingForBrowser();

describe("a stranger with only the page", { skip, timeout: 240_000 }, () => {
  let ana: Stranger;
  before(async () => {
    ana = await Stranger.arrive();
  });
  afterEach((context) => {
    if ("passed" in context && !context.passed) ana?.hurry();
  });
  after(() => ana?.leave());

  it("is offered the command, and told privately that it was accepted", async () => {
    await ana.picture("start");
    await ana.composer.pressSequentially("/can");
    await ana.page.getByRole("option", { name: /\/canary/ }).waitFor();
    await ana.composer.press("Tab");
    await ana.composer.pressSequentially("start podinfo 6.1.0");
    await ana.composer.press("Enter");

    await ana.privately(/Only visible to you.*Accepted: start for .*podinfo with 6\.1\.0/s).waitFor();
  });

  it("sees one message redrawn in place through the steps, and its thread as the log", async () => {
    const card = ana.card("6.1.0");
    await ana.reads(card, /Progressing/);
    await card.getByTestId("open-thread").click();
    await ana.reads(ana.thread, /Step 2 of 3: 40 % of the traffic now goes to the canary/);
    await ana.picture("mid-run");
    await ana.reads(card, /Waiting for promotion/);
    const thread = await ana.reads(ana.thread, /It waits for 1 approval of promotion/);
    await ana.picture("waiting-for-approval");

    assert.deepEqual(await ana.shares(card), [0, 20, 40, 60]);
    assert.equal(await card.count(), 1, "one message, not one for each step");
    assert.match(thread, /ana started 6\.1\.0, from 6\.0\.0/);
    assert.match(thread, /Success rate 100 % passes · limit at least 99 % · primary 100 % · \d+ requests in \d+ s/);
  });

  it("is refused the approval of what she started, and told who may", async () => {
    await ana.card("6.1.0").getByRole("button", { name: "Approve promotion" }).click();

    await ana.privately(/You may not approve .*Ask .*@release-approvers/s).waitFor();
  });

  it("approves as somebody else, and sees it promoted", async () => {
    await ana.become("lee");
    const card = ana.card("6.1.0");
    await card.getByRole("button", { name: "Approve promotion" }).click();
    await ana.privately(/Accepted: approve for .*podinfo/s).waitFor();
    const text = await ana.reads(card, /Succeeded/);
    await ana.reads(ana.thread, /Succeeded: podinfo runs 6\.1\.0 for everybody/);
    await ana.picture("succeeded");

    const before = (await ana.texts(card)).join("\n");
    assert.match(before, /Promoting/);
    assert.match(text, /100 % of the traffic goes to 6\.1\.0/);
    assert.match(await ana.thread.innerText(), /lee approved promotion: 1 of 1 approval/);
    assert.equal(
      await card.getByRole("button", { name: "Approve promotion" }).count(),
      0,
      "nothing is left to approve",
    );
  });

  it("sees a bad version rolled back, with metric, value and limit in its thread", async () => {
    await ana.become("ana");
    await ana.say("/canary start podinfo 6.2.0-bad");
    const card = ana.card("6.2.0-bad");
    await card.getByTestId("open-thread").click();
    const text = await ana.reads(card, /Failed, rolled back/);
    const thread = await ana.reads(ana.thread, /Rolled back: 6\.1\.0 has all traffic again/);
    await ana.picture("rolled-back");

    const loud = ana.messages.filter({ hasText: "replied to a thread" });
    assert.match(text, /\b0 % of the traffic goes to 6\.2\.0-bad/);
    assert.match(thread, /@ana Rolling back because too many checks failed/);
    assert.match(thread, /Success rate [\d.]+ % fails · limit at least 99 % · primary [\d.]+ %/);
    assert.match(await loud.innerText(), /@ana Rolling back/, "the channel hears of it once");
  });

  it("finds what runs, failed and waits on the app's Home tab", async () => {
    await ana.page
      .getByRole("navigation")
      .getByRole("button", { name: /^Canary/ })
      .click();
    const home = await ana.reads(ana.page.getByTestId("home"), /podinfo 6\.2\.0-bad/);
    await ana.picture("home");

    assert.match(home, /Start a release/);
    assert.match(home, /Failed, rolled back · podinfo 6\.2\.0-bad in playground \/ demo/);
    await ana.page.getByRole("navigation").getByRole("button", { name: "deploys", exact: true }).click();
  });

  it("reads in the help what she may do and what not", async () => {
    await ana.say("/canary help");
    const help = await ana.reads(ana.privately(/What you may do here/), /\/canary rollback/);
    await ana.picture("help");

    assert.match(help, /Not for you here: approve, promote and undo/);
  });

  it("gets the controls of a rollout from the menu of its message", async () => {
    const card = ana.card("6.2.0-bad");
    await card.hover();
    await card.getByRole("button", { name: "More actions" }).click();
    await ana.page.getByRole("menuitem", { name: /Canary actions/ }).click();
    const modal = ana.page.getByRole("dialog");
    await ana.reads(modal, /Canary: podinfo.*Failed, rolled back · podinfo 6\.2\.0-bad/s);

    await modal.getByRole("button", { name: "Try again" }).waitFor();
    await modal.getByRole("button", { name: "Close" }).last().click();
    await modal.waitFor({ state: "detached" });
  });

  it("starts a release by the form of the global shortcut", async () => {
    await ana.page.getByRole("main").getByRole("button", { name: "Shortcuts" }).click();
    await ana.page.getByRole("menuitem", { name: /Start canary/ }).click();
    const modal = ana.page.getByRole("dialog");
    await modal.getByRole("combobox", { name: /Canary/ }).click();
    await ana.page.getByRole("option", { name: /checkout/ }).click();
    await modal.getByLabel(/Version/).fill("2.1.0");
    await ana.picture("modal");
    await modal.getByRole("button", { name: "Start" }).click();

    await ana.reads(modal, /Accepted: start for .*checkout with 2\.1\.0/s);
    await modal.getByRole("button", { name: "Close" }).last().click();
  });

  it("breaks a version in the panel, and sees its requests fail there", async () => {
    const panel = ana.page.getByRole("complementary", { name: "Playground" });
    const scenario = panel.getByRole("switch", { name: /6\.1\.0 starts to fail/ });
    await scenario.click();
    const row = panel.getByRole("row", { name: /6\.1\.0/ });
    await ana.reads(row, /6\.1\.0\s+100 %\s+[1-9]\d*(\.\d)? %/);
    await ana.picture("panel");

    assert.equal(await scenario.getAttribute("aria-checked"), "true");
    await scenario.click();
    await ana.reads(row, /6\.1\.0\s+100 %\s+0\.0 %/);
  });

  it("has not met a single error of the page", () => {
    assert.deepEqual(ana.troubles, []);
  });
});
