import { validateBlocks, validateView } from "../../../../../src/playground/slack/blocks/validate.ts";
import type { Surface } from "../../../../../src/playground/slack/blocks/check.ts";

export const plain = (text: string) => ({ type: "plain_text", text });
export const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
export const chars = (count: number) => "x".repeat(count);
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
export const button = (more: object = {}) => ({ type: "button", action_id: "go", text: plain("Go"), ...more });
export const option = (index: number) => ({ text: plain(`Option ${index}`), value: `v${index}` });
export const select = (more: object = {}) => ({
  type: "static_select",
  action_id: "pick",
  options: [option(0)],
  ...more,
});
export const actions = (...elements: object[]) => ({ type: "actions", elements });
export const section = (more: object = {}) => ({ type: "section", text: mrkdwn("words"), ...more });
export const accessory = (element: object) => section({ accessory: element });
export const input = (element: object) => ({ type: "input", label: plain("Label"), element });
export const modal = (more: object = {}) => ({
  type: "modal",
  title: plain("Title"),
  submit: plain("Go"),
  blocks: [section()],
  ...more,
});

/** Pointer and message of each finding, in one string. */
export function faults(blocks: unknown, surface: Surface = "message"): string[] {
  return validateBlocks(blocks, { surface, pointer: "/blocks" }).map(
    (finding) => `${finding.pointer} ${finding.message}`,
  );
}

export function viewFaults(view: unknown): string[] {
  return validateView(view).map((finding) => `${finding.pointer} ${finding.message}`);
}
