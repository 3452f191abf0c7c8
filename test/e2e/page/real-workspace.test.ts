import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page } from "playwright-core";
import { startSlack } from "../../../src/playground/slack/server.ts";
import type { SlackEmulator } from "../../../src/playground/slack/server.ts";
import { socketApp } from "../../contract/slack/stage.ts";
import type { BoltApp } from "../../contract/slack/stage.ts";
import { launchChromium, needsChromium } from "../../support/chromium.ts";
import { eventually } from "../../support/eventually.ts";

/** An app of a few lines: it answers a command, takes an approval, asks in a modal and draws a home. */
function smallApp(app: BoltApp): void {
  const text = (words: string) => ({ type: "plain_text" as const, text: words });
  const section = (words: string) => ({ type: "section" as const, text: { type: "mrkdwn" as const, text: words } });
  app.command("/canary", async ({ ack, client, command, body }) => {
    await ack();
    if (command.text === "ask") {
      const element = { type: "plain_text_input" as const, action_id: "tag" };
      const blocks = [{ type: "input" as const, block_id: "tag", label: text("Tag"), element }];
      await client.views.open({
        trigger_id: body.trigger_id,
        view: { type: "modal", callback_id: "start", title: text("Start"), submit: text("Go"), blocks },
      });
      return;
    }
    const button = {
      type: "button" as const,
      action_id: "approve",
      text: text("Approve"),
      style: "primary" as const,
      value: "r1",
    };
    await client.chat.postMessage({
      channel: command.channel_id,
      text: "waits",
      blocks: [section(`*podinfo* for <@${command.user_id}>`), { type: "actions", elements: [button] }],
    });
  });
  app.action("approve", async ({ ack, body, client }) => {
    await ack();
    if (body.type !== "block_actions" || !body.channel || !body.message) return;
    const words = `approved by <@${body.user.id}>`;
    await client.chat.update({
      channel: body.channel.id,
      ts: body.message["ts"],
      text: words,
      blocks: [section(words)],
    });
    await client.chat.postMessage({
      channel: body.channel.id,
      thread_ts: body.message["ts"],
      text: `<@${body.user.id}> said yes`,
    });
    await client.chat.postEphemeral({ channel: body.channel.id, user: body.user.id, text: "thank you" });
  });
  app.view("start", async ({ ack, view }) => {
    const tag = view.state.values["tag"]?.["tag"]?.value ?? "";
    await (/^\d/.test(tag)
      ? ack()
      : ack({ response_action: "errors", errors: { tag: "A tag begins with a number." } }));
  });
  app.event("app_home_opened", async ({ client, event }) => {
    await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [section("nothing runs")] } });
  });
}

interface Scene {
  readonly slack: SlackEmulator;
  readonly page: Page;
}

/** The page on the emulator, with the small app connected in Socket Mode. */
async function scene(act: (scene: Scene) => Promise<void>): Promise<void> {
  const slack = await startSlack({ rateLimits: "off" });
  const browser = await launchChromium();
  try {
    await using app = await socketApp(slack, smallApp);
    assert.ok(app);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const troubles: string[] = [];
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("console", (line) => void (line.type() === "error" && troubles.push(line.text())));
    await page.goto(`${slack.url}/#user=ana&channel=deploys`);
    await page.getByTestId("composer").waitFor();
    await act({ slack, page });
    assert.deepEqual(troubles, []);
  } finally {
    await browser.close();
    await slack.stop();
  }
}

async function type(page: Page, text: string): Promise<void> {
  await page.getByTestId("composer").fill(text);
  await page.getByTestId("composer").press("Enter");
}

describe("the page on the workspace emulator", needsChromium, () => {
  it("carries a command to the app and an approval by somebody else back into the message", async () => {
    await scene(async ({ page, slack }) => {
      await type(page, "/canary start podinfo 6.1.0");
      await page.locator("[data-action-id=approve]").waitFor();
      await page.getByTestId("me").click();
      await page.getByTestId(`switch-${slack.ids.people["lee"]}`).click();
      await page.getByRole("button", { name: /You are lee/ }).waitFor();
      await page.locator("[data-action-id=approve]").click();

      await page.getByTestId("message").getByText("approved by @lee").waitFor();
      await page.getByTestId("message").getByText("thank you").waitFor();
      await page.getByTestId("open-thread").click();
      await page.getByTestId("thread").getByText("said yes").waitFor();
      assert.equal(slack.messages("deploys").length, 2);
    });
  });

  it("loses private answers on a reload and keeps the rest", async () => {
    await scene(async ({ page }) => {
      await type(page, "/canary start");
      await page.locator("[data-action-id=approve]").click();
      await page.getByTestId("message").getByText("thank you").waitFor();
      await page.reload();
      await page.getByTestId("message").getByText("approved by @ana").waitFor();

      assert.equal(await page.getByTestId("message").getByText("thank you").count(), 0);
    });
  });

  it("opens a modal, shows the app's error, and closes it when the app is content", async () => {
    await scene(async ({ page }) => {
      await type(page, "/canary ask");
      await page.getByLabel("Tag").fill("latest");
      await page.getByTestId("modal-submit").click();
      await page.getByText("A tag begins with a number.").waitFor();
      await page.getByLabel("Tag").fill("6.1.0");
      await page.getByTestId("modal-submit").click();

      await page.getByTestId("modal").waitFor({ state: "detached" });
    });
  });

  it("draws the home tab that the app publishes when it is opened", async () => {
    await scene(async ({ page }) => {
      await page.getByTestId("channel-home").click();

      await page.getByTestId("home").getByText("nothing runs").waitFor();
    });
  });

  it("says what a command nobody knows means, and who may post where", async () => {
    await scene(async ({ page }) => {
      await type(page, "/nothing");
      await page.getByTestId("message").getByText("/nothing is not a valid command.").waitFor();
      await page.getByTestId("channel-announcements").click();
      await type(page, "hello all");

      await page.getByTestId("composer-refusal").getByText("Only some people may post in this channel.").waitFor();
    });
  });

  it("opens without an address as the first person, and any permalink at its message", async () => {
    await scene(async ({ page, slack }) => {
      await type(page, "look here");
      await page.getByTestId("message").getByText("look here").waitFor();
      const ts = slack.messages("deploys").at(-1)?.ts ?? "";
      await page.goto(`${slack.url}/archives/${slack.ids.channels["deploys"]}/p${ts.replace(".", "")}`);
      await page.locator(`.linked[data-ts="${ts}"]`).waitFor();
      await page.evaluate("localStorage.clear()");
      await page.goto("about:blank");
      await page.goto(slack.url);

      await page.getByRole("button", { name: /You are ana/ }).waitFor();
      await page.getByRole("heading", { name: "deploys" }).first().waitFor();
    });
  });

  it("turns names that were typed into mentions", async () => {
    await scene(async ({ page, slack }) => {
      await page.getByTestId("composer").pressSequentially("ping @le");
      await page.getByTestId("offers").waitFor();
      await page.getByTestId("composer").press("Tab");
      await page.getByTestId("composer").press("Enter");

      await eventually(() =>
        assert.equal(slack.messages("deploys").at(-1)?.text, `ping <@${slack.ids.people["lee"]}>`),
      );
      await page.locator(".mention").getByText("@lee").waitFor();
    });
  });
});
