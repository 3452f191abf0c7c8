import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ModalView } from "@slack/web-api";
import { eventually } from "../../support/eventually.ts";
import type { SlackEmulator } from "../../../src/playground/slack/server.ts";
import { client, codeOf, rawCall, section, socketApp, stage } from "./stage.ts";
import type { BoltApp } from "./stage.ts";

const words = (text: string) => ({ type: "plain_text" as const, text });
const field = (id: string, more: object = {}) => ({
  type: "input" as const,
  block_id: id,
  label: words(id),
  element: { type: "plain_text_input" as const, action_id: "text", ...more },
});
const modal = (more: object = {}): ModalView => ({
  type: "modal",
  title: words("Start"),
  submit: words("Go"),
  callback_id: "start",
  blocks: [field("service"), section("x")],
  ...more,
});

/** The published type of the body knows submissions only. */
const cleared = (body: unknown): boolean => (body as { is_cleared: boolean }).is_cleared;

/** Opens this modal in front of ana through a real app; later submissions go to `prepare`'s listeners. */
async function opened(
  slack: SlackEmulator,
  options: { readonly view?: ModalView; readonly prepare?: (app: BoltApp) => void },
) {
  const running = await socketApp(slack, (app) => {
    app.shortcut("canary_start", async ({ ack, client: web, body }) => {
      await ack();
      await web.views.open({ trigger_id: body.trigger_id, view: options.view ?? modal() });
    });
    options.prepare?.(app);
  });
  const ana = slack.as("ana");
  await ana.shortcut("canary_start");
  const view = await eventually(() => {
    const [first] = ana.modals();
    assert.ok(first);
    return first;
  });
  return { ana, view, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

describe("modals", () => {
  it("V1 are refused with pointers under /view", async () => {
    await using playing = await stage();
    const bad = {
      trigger_id: "1.2.x",
      view: JSON.stringify(modal({ title: words("x".repeat(25)), blocks: [{ type: "section" }] })),
    };
    const answer = await rawCall(playing.slack, "views.open", { body: new URLSearchParams(bad).toString() });
    assert.equal(answer.body.error, "invalid_arguments");
    assert.deepEqual(answer.body.response_metadata?.messages, [
      "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
      "[ERROR] must define either `text` or `fields` [json-pointer:/view/blocks/0]",
    ]);
    const large = {
      trigger_id: "1.2.x",
      view: JSON.stringify(modal({ blocks: Array.from({ length: 90 }, () => section("x".repeat(3000))) })),
    };
    assert.equal(
      (await rawCall(playing.slack, "views.open", { body: new URLSearchParams(large).toString() })).body.error,
      "view_too_large",
    );
  });

  it("hand over what was typed and close with an empty answer", async () => {
    await using playing = await stage();
    let values: unknown;
    await using open = await opened(playing.slack, {
      prepare: (app) =>
        app.view("start", async ({ ack, view }) => {
          values = view.state.values;
          await ack();
        }),
    });
    const seen = await open.ana.submit(open.view.id, { service: "podinfo" });
    assert.deepEqual(values, { service: { text: { type: "plain_text_input", value: "podinfo" } } });
    assert.deepEqual(seen.modals, []);
  });

  it("I7 keep empty required inputs from the app", async () => {
    await using playing = await stage();
    let runs = 0;
    await using open = await opened(playing.slack, {
      view: modal({ blocks: [field("service", { min_length: 3 }), { ...field("note"), optional: true }] }),
      prepare: (app) =>
        app.view("start", async ({ ack }) => {
          runs += 1;
          await ack();
        }),
    });
    assert.deepEqual(Object.keys((await open.ana.submit(open.view.id)).modals[0]?.errors ?? {}), ["service"]);
    assert.deepEqual(Object.keys((await open.ana.submit(open.view.id, { service: "po" })).modals[0]?.errors ?? {}), [
      "service",
    ]);
    assert.equal(runs, 0);
    assert.deepEqual((await open.ana.submit(open.view.id, { service: "pod" })).modals, []);
    assert.equal(runs, 1);
  });

  it("I7 show errors of input blocks and refuse errors for anything else", async () => {
    await using playing = await stage();
    let errors: Record<string, string> = { service: "No such service" };
    await using open = await opened(playing.slack, {
      prepare: (app) => app.view("start", async ({ ack }) => ack({ response_action: "errors", errors })),
    });
    const first = await open.ana.submit(open.view.id, { service: "x" });
    assert.deepEqual(first.modals[0]?.errors, { service: "No such service" });
    errors = { elsewhere: "?" };
    const second = await open.ana.submit(open.view.id, { service: "x" });
    assert.deepEqual([second.modals.length, second.modals[0]?.errors], [1, {}]);
    assert.deepEqual(second.notices, ["We had some trouble connecting. Try again?"]);
    assert.ok(playing.slack.journal.some((line) => line.outcome === "invalid_response_errors"));
  });

  it("I8 update in place and keep values under the same ids", async () => {
    await using playing = await stage();
    const next = modal({ blocks: [field("service"), field("version")] });
    await using open = await opened(playing.slack, {
      prepare: (app) => app.view("start", async ({ ack }) => ack({ response_action: "update", view: next })),
    });
    const seen = await open.ana.submit(open.view.id, { service: "podinfo" });
    assert.equal(seen.modals[0]?.id, open.view.id);
    assert.deepEqual(seen.modals[0]?.view["state"], {
      values: {
        service: { text: { type: "plain_text_input", value: "podinfo" } },
        version: { text: { type: "plain_text_input", value: null } },
      },
    });
  });

  it("I8 stack three high, refuse a fourth, and clear with a notice to those who asked", async () => {
    await using playing = await stage();
    const closed: string[] = [];
    let clear = false;
    await using open = await opened(playing.slack, {
      view: modal({ callback_id: "first", notify_on_close: true }),
      prepare: (app) => {
        app.view(/first|next/, async ({ ack }) =>
          clear
            ? ack({ response_action: "clear" })
            : ack({ response_action: "push", view: modal({ callback_id: "next" }) }),
        );
        app.view({ callback_id: /.*/, type: "view_closed" }, async ({ ack, body }) => {
          closed.push(`${body.view.callback_id} ${cleared(body)}`);
          await ack();
        });
      },
    });
    const submit = async (id: string | undefined) => open.ana.submit(id ?? "", { service: "x" });
    const second = await submit(open.view.id);
    const third = await submit(second.modals[1]?.id);
    assert.equal(third.modals.length, 3);
    const fourth = await submit(third.modals[2]?.id);
    assert.deepEqual([fourth.modals.length, fourth.notices.length], [3, 1]);
    assert.ok(playing.slack.journal.some((line) => line.outcome === "push_limit_reached"));
    clear = true;
    assert.deepEqual((await submit(third.modals[2]?.id)).modals, []);
    await eventually(() => assert.deepEqual(closed, ["first true"]));
  });

  it("I9 stay open with an error when the answer takes more than three seconds", async () => {
    await using playing = await stage();
    let asked = false;
    await using open = await opened(playing.slack, {
      prepare: (app) => app.view("start", async () => void (asked = true)),
    });
    const submitting = open.ana.submit(open.view.id, { service: "x" });
    await eventually(() => assert.ok(asked));
    assert.equal(open.ana.modals()[0]?.busy, true);
    playing.clock.advance(3000);
    const seen = await submitting;
    assert.deepEqual([seen.modals.length, seen.modals[0]?.busy, seen.notices.length], [1, false, 1]);
  });

  it("tell of being closed by the person", async () => {
    await using playing = await stage();
    const closed: boolean[] = [];
    await using open = await opened(playing.slack, {
      view: modal({ notify_on_close: true }),
      prepare: (app) =>
        app.view({ callback_id: "start", type: "view_closed" }, async ({ ack, body }) => {
          closed.push(cleared(body));
          await ack();
        }),
    });
    await open.ana.close(open.view.id);
    assert.deepEqual(closed, [false]);
    assert.equal(
      await codeOf(client(playing.slack).views.update({ view_id: open.view.id, view: modal() })),
      "not_found",
    );
  });

  it("V2 are updated by id or external id, with the right hash only", async () => {
    await using playing = await stage();
    await using open = await opened(playing.slack, { view: modal({ external_id: "ext" }) });
    const web = client(playing.slack);
    assert.equal(
      await codeOf(web.views.update({ view_id: open.view.id, hash: "0.x", view: modal() })),
      "hash_conflict",
    );
    assert.equal(
      await codeOf(
        web.views.update({ view_id: open.view.id, hash: open.view.hash, view: modal({ external_id: "ext" }) }),
      ),
      "",
    );
    assert.equal(await codeOf(web.views.update({ external_id: "ext", view: modal({ external_id: "ext" }) })), "");
    assert.equal(
      await codeOf(
        web.views.publish({
          user_id: "U0LEE00001",
          view: { type: "home", external_id: "ext", blocks: [section("x")] },
        }),
      ),
      "duplicate_external_id",
    );
    assert.equal(await codeOf(web.views.update({ view_id: "V0NOTHERE1", view: modal() })), "not_found");
  });
});

describe("home tabs", () => {
  it("V3 belong to one person, and to apps that have them", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const view = { type: "home" as const, blocks: [section("for lee")] };
    const published = await client(slack).views.publish({ user_id: "U0LEE00001", view });
    assert.equal(slack.as("lee").home()?.id, published.view?.id);
    assert.equal(slack.as("ana").home(), null);
    assert.equal(
      await codeOf(client(slack).views.publish({ user_id: "U0LEE00001", view, hash: "0.x" })),
      "hash_conflict",
    );
    assert.equal(
      await codeOf(client(slack).views.publish({ user_id: "U0LEE00001", view, hash: published.view?.hash ?? "" })),
      "",
    );
    const other = client(slack, slack.issueToken({ app: "A0OTHER001" }));
    assert.equal(await codeOf(other.views.publish({ user_id: "U0LEE00001", view })), "not_enabled");
    assert.equal(
      await codeOf(client(slack).views.publish({ user_id: "U0LEE00001", view: modal() as never })),
      "invalid_arguments",
    );
  });

  it("send actions with the view and without channel or response address", async () => {
    await using playing = await stage();
    const { slack } = playing;
    let body: Record<string, unknown> = {};
    await using _app = await socketApp(slack, (app) =>
      app.action("go", async (args) => {
        body = args.body as never;
        await args.ack();
      }),
    );
    const button = { type: "button" as const, action_id: "go", text: words("Go"), value: "x" };
    const { view } = await client(slack).views.publish({
      user_id: "U0ANA00001",
      view: { type: "home", blocks: [field("note"), { type: "actions", elements: [button] }] },
    });
    await slack.as("ana").press({ viewId: view?.id ?? "" }, "go");
    assert.deepEqual(body["container"], { type: "view", view_id: view?.id });
    assert.deepEqual([body["channel"], body["response_url"]], [undefined, undefined]);
    assert.equal((await slack.as("lee").press({ viewId: view?.id ?? "" }, "go")).refused, "view_not_found");
  });
});
