import { elementsOf, stateShape } from "../interactions/form-state.ts";
import { compact, isObject, objectsOf, stringAt } from "../json.ts";
import type { JsonObject, JsonValue } from "../ui-protocol.ts";

/** What a test chooses in an element: the value or label of an option, an id, a text, several of them, or null to clear. */
export type Choice = string | readonly string[] | null;

export interface Found {
  readonly blockId: string;
  readonly element: JsonObject;
}

function labelOf(element: JsonObject): string | undefined {
  return stringAt(element["text"], "text");
}

/** The element with this action_id or label. Throws when there is none, naming what there is. */
export function findElement(blocks: readonly JsonObject[], which: string): Found {
  const all = blocks.flatMap((block) => withBlock(block));
  const found =
    all.find(({ element }) => element["action_id"] === which) ?? all.find(({ element }) => labelOf(element) === which);
  if (found !== undefined) return found;
  const there = all.map(
    ({ element }) => `${String(element["action_id"])} (${labelOf(element) ?? stringAt(element, "type") ?? ""})`,
  );
  throw new Error(
    `while looking for "${which}": there is ${there.length === 0 ? "nothing to press" : there.join(", ")}`,
  );
}

function withBlock(block: JsonObject): readonly Found[] {
  const children = objectsOf(block["child_blocks"]);
  if (children.length > 0) return children.flatMap(withBlock);
  const blockId = stringAt(block, "block_id") ?? "";
  return elementsOf(block).flatMap((element) =>
    typeof element["action_id"] === "string" ? [{ blockId, element }] : [],
  );
}

function optionOf(element: JsonObject, choice: string): JsonObject {
  const offered = [
    ...objectsOf(element["options"]),
    ...objectsOf(element["option_groups"]).flatMap((group) => objectsOf(group["options"])),
  ];
  const found =
    offered.find((option) => option["value"] === choice) ?? offered.find((option) => labelOf(option) === choice);
  if (found !== undefined) return found;
  // The options of an external select are not part of the element.
  if ((stringAt(element, "type") ?? "").endsWith("external_select"))
    return { text: { type: "plain_text", text: choice, emoji: true }, value: choice };
  throw new Error(
    `while choosing "${choice}": there is ${offered.map((option) => String(option["value"])).join(", ")}`,
  );
}

/** An element's value in the state after a choice. */
export function stateFor(element: JsonObject, choice: Choice): JsonObject {
  const type = stringAt(element, "type") ?? "";
  const shape = stateShape(type);
  if (shape === undefined) throw new Error(`while choosing in ${String(element["action_id"])}: ${type} keeps no value`);
  const pick = (one: string): JsonValue =>
    shape.key.startsWith("selected_option") ? optionOf(element, one) : type === "datetimepicker" ? Number(one) : one;
  if (shape.many) return { type, [shape.key]: (choice === null ? [] : [choice].flat()).map(pick) };
  return { type, [shape.key]: choice === null ? null : pick([choice].flat()[0] ?? "") };
}

/** The fired element as Slack puts it into `actions[]`. */
export function actionFor({ blockId, element }: Found, choice: Choice | undefined): JsonObject {
  const type = stringAt(element, "type") ?? "";
  const base = { type, action_id: element["action_id"], block_id: blockId };
  if (type === "overflow")
    return compact({ ...base, selected_option: optionOf(element, [choice ?? ""].flat()[0] ?? "") });
  const shape = stateShape(type);
  if (shape === undefined)
    return compact({ ...base, text: element["text"], value: element["value"], style: element["style"] });
  const initial = element[shape.initial];
  return compact({
    ...base,
    ...stateFor(element, choice ?? null),
    placeholder: element["placeholder"],
    [shape.initial]: isObject(initial) || initial !== undefined ? initial : undefined,
  });
}
