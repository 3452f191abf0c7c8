import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../../../src/playground/slack/ui-protocol.ts";
import { needsChromium } from "../../support/chromium.ts";
import { eventually } from "../../support/eventually.ts";
import { everyMessageBlock } from "../../support/fake-workspace-blocks.ts";
import { button, message, option, plain } from "../../support/fake-workspace-messages.ts";
import { later, theBrowser, visit } from "../../support/page-visit.ts";
import type { Visit } from "../../support/page-visit.ts";

/** Posts a message of the app in #deploys and gives its element. */
async function posted({ workspace, page, now }: Visit, blocks: readonly JsonObject[]) {
  const ts = later(now, 2);
  workspace.push({ kind: "message", message: message({ ts, user: "U0BOT", text: "blocks", blocks }) });
  const shown = page.locator(`[data-testid=message][data-ts="${ts}"]`);
  await shown.waitFor();
  return { ts, shown };
}

const row = (...elements: JsonObject[]): JsonObject => ({ type: "actions", block_id: "row", elements });

describe("elements of a message", needsChromium, () => {
  before(theBrowser.start);
  after(theBrowser.stop);

  it("draw every block, and an unknown one as a visible box", async () => {
    await visit({}, async (visited) => {
      const { shown } = await posted(visited, everyMessageBlock);

      for (const text of [
        "Every block",
        "quoted",
        "weight: 30",
        "second",
        "said somebody",
        "Mirror first",
        "outside picture, not loaded here",
        "deeper",
        "first",
        "inside",
        "Body of a card",
        "3 of 5 checks",
        "and plain text",
      ]) {
        await shown.getByText(text).first().waitFor();
      }
      assert.match(await shown.getByTestId("unsupported-block").innerText(), /Unsupported block: hologram/);
      assert.equal(await shown.getByRole("img", { name: "p99 of canary and primary" }).count(), 1);
    });
  });

  it("send the pressed button with its value and the state beside it", async () => {
    await visit({}, async (visited) => {
      const checks = { type: "checkboxes", action_id: "checks", options: [option("Mirror", "mirror")] };
      const { ts, shown } = await posted(visited, [row(button({ id: "go", text: "Go" }), checks)]);
      await shown.locator("[data-action-id=go]").click();

      await eventually(() =>
        assert.deepEqual(visited.lastSent("act"), {
          user: "U0ANA",
          channel: "C0DEPLOYS",
          ts,
          action: { type: "button", action_id: "go", block_id: "row", text: plain("Go"), value: "rollout-7:go:r3" },
          state: { values: { row: { checks: { type: "checkboxes", selected_options: [] } } } },
        }),
      );
    });
  });

  it("ask before a press with a confirm dialog, and send nothing when it is cancelled", async () => {
    await visit({}, async ({ at, page, workspace, lastSent }) => {
      const approve = at("message").nth(4).locator("[data-action-id=approve]");
      await approve.click();
      await at("confirm").getByText("100 %").waitFor();
      await at("confirm-no").click();
      await approve.click();
      await at("confirm").waitFor();
      await page.keyboard.press("Escape");
      await at("confirm").waitFor({ state: "detached" });
      assert.deepEqual(workspace.actions, []);
      await approve.click();
      await at("confirm-yes").click();

      await eventually(() => assert.equal((lastSent("act") as { action: JsonObject }).action["action_id"], "approve"));
      assert.equal(workspace.actions.length, 1);
    });
  });

  it("open the address of a link button and tell the app all the same", async () => {
    await visit({}, async (visited) => {
      const { shown } = await posted(visited, [
        row(button({ id: "docs", text: "Docs", url: `${visited.workspace.url}/readme` })),
      ]);
      const link = shown.locator("[data-action-id=docs]");

      assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
      const [opened] = await Promise.all([visited.page.context().waitForEvent("page"), link.click()]);
      await opened.close();
      await eventually(() =>
        assert.equal(
          (visited.lastSent("act") as { action: JsonObject }).action["url"],
          `${visited.workspace.url}/readme`,
        ),
      );
    });
  });

  it("choose an option by searching and with the keyboard", async () => {
    await visit({}, async (visited) => {
      const names = ["podinfo", "checkout", "cart", "search", "billing", "ledger", "mailer", "gateway"];
      const select = {
        type: "static_select",
        action_id: "pick",
        placeholder: plain("Choose"),
        options: names.map((name) => option(name, name)),
      };
      const { shown } = await posted(visited, [row(select)]);
      await shown.getByRole("combobox").click();
      await visited.page.getByLabel("Search options").fill("ca");
      await visited.page.keyboard.press("Enter");

      await eventually(() =>
        assert.deepEqual((visited.lastSent("act") as { state: JsonObject }).state, {
          values: { row: { pick: { type: "static_select", selected_option: option("cart", "cart") } } },
        }),
      );
      assert.equal(await shown.getByRole("combobox").innerText(), "cart");
    });
  });

  it("choose people, an overflow entry, a date and checkboxes in Slack's shapes", async () => {
    await visit({}, async (visited) => {
      const { shown } = await posted(visited, [
        row(
          { type: "users_select", action_id: "who", placeholder: plain("Who") },
          { type: "overflow", action_id: "more", options: [option("Why?", "why")] },
          { type: "datepicker", action_id: "day" },
          { type: "checkboxes", action_id: "checks", options: [option("A", "a"), option("B", "b")] },
        ),
      ]);
      const fired = () => (visited.lastSent("act") as { action: JsonObject } | undefined)?.action;
      const expectFired = (fields: JsonObject) =>
        eventually(() => assert.deepEqual(fired(), { block_id: "row", ...fields }));

      await shown.getByRole("combobox").click();
      await visited.page.locator("[data-value=U0LEE]").click();
      await expectFired({ type: "users_select", action_id: "who", placeholder: plain("Who"), selected_user: "U0LEE" });
      await shown.locator("[data-action-id=more]").click();
      await visited.page.getByRole("menuitem", { name: "Why?" }).click();
      await expectFired({ type: "overflow", action_id: "more", selected_option: option("Why?", "why") });
      await shown.locator("[data-action-id=day]").fill("2026-12-24");
      await expectFired({ type: "datepicker", action_id: "day", selected_date: "2026-12-24" });
      await shown.getByRole("checkbox", { name: "B" }).check();
      await shown.getByRole("checkbox", { name: "A" }).check();
      await expectFired({
        type: "checkboxes",
        action_id: "checks",
        selected_options: [option("A", "a"), option("B", "b")],
      });
    });
  });

  it("mark the element whose press failed, with the reason", async () => {
    await visit({}, async ({ at, workspace }) => {
      workspace.answer("act", () => ({ ok: false, error: "app_not_reachable" }));
      await at("message").nth(4).locator("[data-action-id=pause]").click();

      await at("message")
        .nth(4)
        .getByLabel(/Failed: This message was not posted by the app/)
        .waitFor();
    });
  });
});
