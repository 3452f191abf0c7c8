import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  accessory,
  actions,
  button,
  chars,
  faults,
  input,
  mrkdwn,
  option,
  plain,
  section,
  select,
  times,
} from "./samples.ts";

describe("interactive elements", () => {
  it("B2 knows only the primary and danger styles", () => {
    assert.deepEqual(faults([actions(button({ style: "primary" }))]), []);
    assert.deepEqual(faults([actions(button({ style: "default" }))]), [
      "/blocks/0/elements/0/style must be a valid enum value",
    ]);
  });

  it("B3 refuses multi-selects in actions but not beside a section", () => {
    const multi = { type: "multi_users_select", action_id: "who" };
    assert.deepEqual(faults([actions(multi)]), ["/blocks/0/elements/0 unsupported element: multi_users_select"]);
    assert.deepEqual(faults([accessory(multi)]), []);
  });

  it("B3 refuses a datetimepicker as accessory but not in actions", () => {
    const picker = { type: "datetimepicker", action_id: "when" };
    assert.deepEqual(faults([accessory(picker)]), ["/blocks/0/accessory unsupported element: datetimepicker"]);
    assert.deepEqual(faults([actions(picker)]), []);
  });

  it("keeps typing fields inside input blocks", () => {
    const field = { type: "plain_text_input", action_id: "reason" };
    assert.deepEqual(faults([input(field)], "modal"), []);
    assert.deepEqual(faults([actions(field)]), ["/blocks/0/elements/0 unsupported element: plain_text_input"]);
    assert.deepEqual(faults([input(button())]), ["/blocks/0/element unsupported element: button"]);
  });

  it("asks for an action_id", () => {
    assert.deepEqual(faults([actions({ type: "button", text: plain("Go") })]), [
      "/blocks/0/elements/0 missing required field: action_id",
    ]);
  });

  it("B7 refuses the same action_id twice in a block but not in two blocks", () => {
    assert.deepEqual(faults([actions(button(), button())]), [
      '/blocks/0/elements/1/action_id `action_id` "go" already exists',
    ]);
    assert.deepEqual(faults([actions(button()), actions(button())]), []);
  });

  it("wants file inputs in modals only, and without dispatch", () => {
    const files = { type: "file_input", action_id: "files", max_files: 10 };
    assert.deepEqual(faults([input(files)], "modal"), []);
    assert.deepEqual(faults([input(files)], "message"), ["/blocks/0/element unsupported element: file_input"]);
    assert.deepEqual(faults([{ ...input(files), dispatch_action: true }], "modal"), [
      "/blocks/0/dispatch_action not available for file_input",
    ]);
  });

  it("lets one element take the focus", () => {
    const field = (id: string) => input({ type: "plain_text_input", action_id: id, focus_on_load: true });
    assert.deepEqual(faults([field("a")], "modal"), []);
    assert.deepEqual(faults([field("a"), field("b")], "modal"), [
      "/blocks/1/element/focus_on_load only one element may have `focus_on_load`",
    ]);
  });

  it("reads dates, times and decimals strictly", () => {
    const bad = [
      { type: "datepicker", action_id: "d", initial_date: "23.11.2026" },
      { type: "timepicker", action_id: "t", initial_time: "24:00" },
      { type: "datetimepicker", action_id: "x", initial_date_time: 17 },
    ];
    assert.equal(faults([actions(...bad)]).length, 3);
    assert.deepEqual(
      faults([input({ type: "number_input", action_id: "n", is_decimal_allowed: true, min_value: 1 })]),
      ["/blocks/0/element/min_value must be a number written as a string"],
    );
  });
});

describe("options", () => {
  const first = "/blocks/0/elements/0";

  it("B5 limits their texts and values", () => {
    const of = (text: number, value: number) => [
      actions(select({ options: [{ text: plain(chars(text)), value: chars(value) }] })),
    ];
    assert.deepEqual(faults(of(75, 150)), []);
    assert.deepEqual(faults(of(76, 151)), [
      `${first}/options/0/text/text must be less than 76 characters`,
      `${first}/options/0/value must be less than 151 characters`,
    ]);
  });

  it("B5 takes 100 options or 100 groups", () => {
    const group = (index: number) => ({ label: plain(`Group ${index}`), options: [option(index)] });
    const grouped = (count: number) => [
      actions({ type: "static_select", action_id: "pick", option_groups: times(count, group) }),
    ];
    assert.deepEqual(faults([actions(select({ options: times(100, option) }))]), []);
    assert.deepEqual(faults([actions(select({ options: times(101, option) }))]), [
      `${first}/options no more than 100 items allowed`,
    ]);
    assert.deepEqual(faults(grouped(100)), []);
    assert.deepEqual(faults(grouped(101)), [`${first}/option_groups no more than 100 items allowed`]);
  });

  it("B5 refuses options and groups together, and neither", () => {
    const message = `${first} must define either \`options\` or \`option_groups\``;
    assert.deepEqual(faults([actions(select({ option_groups: [{ label: plain("G"), options: [option(1)] }] }))]), [
      message,
    ]);
    assert.deepEqual(faults([actions({ type: "static_select", action_id: "pick" })]), [message]);
  });

  it("B5 wants the initial option to be one of them", () => {
    assert.deepEqual(faults([actions(select({ initial_option: option(0) }))]), []);
    assert.deepEqual(faults([actions(select({ initial_option: { ...option(0), text: plain("Other") } }))]), [
      `${first}/initial_option must be one of the provided options`,
    ]);
  });

  it("offers ten choices at most in radio buttons, whose labels may be mrkdwn", () => {
    const radio = (count: number) => [
      actions({
        type: "radio_buttons",
        action_id: "r",
        options: times(count, (i) => ({ text: mrkdwn(`*${i}*`), value: `${i}` })),
      }),
    ];
    assert.deepEqual(faults(radio(10)), []);
    assert.deepEqual(faults(radio(11)), [`${first}/options no more than 10 items allowed`]);
  });

  it("allows links in overflow menus only", () => {
    const linked = [{ ...option(0), url: "https://example.com" }];
    assert.deepEqual(faults([actions({ type: "overflow", action_id: "more", options: linked })]), []);
    assert.deepEqual(faults([actions(select({ options: linked }))]), [
      `${first}/options/0 invalid additional property: url`,
    ]);
  });
});

describe("confirm dialogs", () => {
  const dialog = {
    title: plain(chars(100)),
    text: mrkdwn(chars(300)),
    confirm: plain(chars(30)),
    deny: plain(chars(30)),
  };
  const at = "/blocks/0/accessory/confirm";

  it("B6 take texts up to their limits", () => {
    assert.deepEqual(faults([section({ accessory: button({ confirm: dialog }) })]), []);
    const long = {
      title: plain(chars(101)),
      text: mrkdwn(chars(301)),
      confirm: plain(chars(31)),
      deny: plain(chars(31)),
    };
    assert.equal(faults([accessory(button({ confirm: long }))]).length, 4);
  });

  for (const part of ["title", "text", "confirm", "deny"])
    it(`B6 need a ${part}`, () => {
      const { [part]: _left, ...rest } = dialog as Record<string, unknown>;
      assert.deepEqual(faults([accessory(button({ confirm: rest }))]), [`${at} missing required field: ${part}`]);
    });
});
