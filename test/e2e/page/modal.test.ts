import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { needsChromium } from "../../support/chromium.ts";
import { eventually } from "../../support/eventually.ts";
import { everyInputView, homeView } from "../../support/fake-workspace-blocks.ts";
import { option, plain } from "../../support/fake-workspace-messages.ts";
import { theBrowser, visit } from "../../support/page-visit.ts";
import type { Visit } from "../../support/page-visit.ts";

async function opened({ workspace, at }: Visit, ...views: (typeof everyInputView)[]): Promise<void> {
  workspace.push({ kind: "modals", modals: views });
  await at("modal").waitFor();
}

describe("a modal", needsChromium, () => {
  before(theBrowser.start);
  after(theBrowser.stop);

  it("keeps back what is incomplete and says so under the input", async () => {
    await visit({}, async (visited) => {
      await opened(visited, everyInputView);
      await visited.at("modal-submit").click();

      assert.equal(await visited.at("modal").getByText("Please complete this required field.").count(), 2);
      assert.equal(await visited.page.evaluate("document.activeElement.dataset.actionId"), "tag");
      assert.deepEqual(visited.workspace.actions, []);
    });
  });

  it("sends every input in the shape of state.values", async () => {
    await visit({}, async (visited) => {
      const { page, workspace, at } = visited;
      workspace.answer("suggest", (body) => ({
        ok: true,
        options: [option(`rev ${(body as { value: string }).value}`, "r7")],
      }));
      await opened(visited, everyInputView);
      await page.getByLabel("Image tag").fill("6.1.0");
      await page.getByLabel("Canary *").click();
      await page.getByRole("option", { name: "checkout" }).click();
      await page.getByLabel(/Who should be told/).click();
      await page.getByRole("option", { name: "lee" }).click();
      await page.getByRole("option", { name: "sam" }).click();
      await page.keyboard.press("Escape");
      await page.getByLabel(/^Revision/).click();
      await page.getByLabel("Search options").fill("7");
      await page.getByRole("option", { name: "rev 7" }).click();
      await page.getByLabel("Mirror traffic first").check();
      await page.getByLabel(/First share/).fill("5");
      await at("modal-submit").click();

      await eventually(() =>
        assert.deepEqual(visited.lastSent("submit"), {
          user: "U0ANA",
          viewId: "V0START",
          state: {
            values: {
              image: { tag: { type: "plain_text_input", value: "6.1.0" } },
              canary: { pick: { type: "static_select", selected_option: option("checkout", "demo/checkout") } },
              watchers: { people: { type: "multi_users_select", selected_users: ["U0LEE", "U0SAM"] } },
              revision: { rev: { type: "external_select", selected_option: option("rev 7", "r7") } },
              options: { flags: { type: "checkboxes", selected_options: [option("Mirror traffic first", "mirror")] } },
              reason: { text: { type: "plain_text_input", value: null } },
              share: { percent: { type: "number_input", value: "5" } },
            },
          },
        }),
      );
      assert.deepEqual(visited.lastSent("suggest"), {
        user: "U0ANA",
        viewId: "V0START",
        actionId: "rev",
        blockId: "revision",
        value: "7",
      });
    });
  });

  it("shows the app's errors and keeps what was typed when it is updated", async () => {
    await visit({}, async (visited) => {
      const { page, workspace } = visited;
      await opened(visited, everyInputView);
      await page.getByLabel("Image tag").fill("9.9.9");
      workspace.push({
        kind: "modals",
        modals: [
          {
            ...everyInputView,
            errors: { image: "There is no such tag." },
            view: { ...everyInputView.view, title: plain("Try again") },
          },
        ],
      });

      await page.getByRole("heading", { name: "Try again" }).waitFor();
      assert.ok(await page.getByText("There is no such tag.").isVisible());
      assert.equal(await page.getByLabel("Image tag").inputValue(), "9.9.9");
    });
  });

  it("cannot be sent twice while the app is busy", async () => {
    await visit({}, async (visited) => {
      await opened(visited, { ...everyInputView, busy: true });

      assert.ok(await visited.at("modal-submit").isDisabled());
      assert.equal(await visited.at("modal-submit").getAttribute("aria-busy"), "true");
    });
  });

  it("leaves one view of a stack by Close or Escape, and all of them by the cross", async () => {
    await visit({}, async (visited) => {
      const deeper = { ...everyInputView, id: "V0DEEP", view: { ...everyInputView.view, title: plain("Deeper") } };
      await opened(visited, everyInputView, deeper);
      const closed = (all: boolean) =>
        eventually(() => assert.deepEqual(visited.lastSent("close"), { user: "U0ANA", viewId: "V0DEEP", all }));

      assert.equal(await visited.page.getByRole("heading", { name: "Deeper" }).count(), 1);
      await visited.page.keyboard.press("Escape");
      await closed(false);
      await visited.at("modal-dismiss").click();
      await closed(true);
      visited.workspace.push({ kind: "modals", modals: [everyInputView] });
      await visited.page.getByRole("heading", { name: "Start a rollout" }).waitFor();
    });
  });
});

describe("the home tab", needsChromium, () => {
  before(theBrowser.start);
  after(theBrowser.stop);

  it("tells the app that it was opened, draws what comes, and sends presses", async () => {
    await visit({}, async ({ at, workspace, lastSent }) => {
      await at("channel-home").click();
      await at("home").getByText("has not drawn its home yet").waitFor();
      await eventually(() => assert.deepEqual(lastSent("open-home"), { user: "U0ANA" }));
      workspace.push({ kind: "home", home: homeView });
      await at("home").locator("[data-action-id=approve]").click();

      await eventually(() =>
        assert.deepEqual(lastSent("act-view"), {
          user: "U0ANA",
          viewId: "V0HOME",
          action: {
            type: "button",
            action_id: "approve",
            block_id: "w1",
            text: plain("Approve"),
            value: "rollout-7:approve:r3",
            style: "primary",
          },
          state: { values: {} },
        }),
      );
    });
  });

  it("stands beside the messages of the app", async () => {
    await visit({ hash: "user=ana&channel=home" }, async ({ at, page }) => {
      await at("tab-messages").click();

      await page.getByText("Your rollout of checkout 2.13.8 has").waitFor();
      assert.match(page.url(), /channel=D0BOT/);
    });
  });
});
