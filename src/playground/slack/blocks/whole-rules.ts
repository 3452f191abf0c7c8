import { below, codePoints, isList, isRecord, refuse } from "./check.ts";
import type { JsonRecord, Place } from "./check.ts";

/** Every object inside a value, with its pointer; the value itself first. */
function* objectsIn(value: unknown, place: Place): Generator<{ readonly value: JsonRecord; readonly place: Place }> {
  if (isList(value)) {
    for (const [index, entry] of value.entries()) yield* objectsIn(entry, below(place, index));
  } else if (isRecord(value)) {
    yield { value, place };
    for (const [key, entry] of Object.entries(value)) yield* objectsIn(entry, below(place, key));
  }
}

/** Interactive elements carry their `type` beside the `action_id`; payload-like objects in values do not. */
function actionIds(block: unknown, place: Place): { readonly id: string; readonly place: Place }[] {
  return [...objectsIn(block, place)].flatMap((entry) => {
    const id = entry.value["action_id"];
    return typeof id === "string" && typeof entry.value["type"] === "string" ? [{ id, place: entry.place }] : [];
  });
}

function childBlocks(block: JsonRecord, place: Place): { readonly block: JsonRecord; readonly place: Place }[] {
  const children = block["child_blocks"];
  const nested = isList(children)
    ? children.flatMap((child, index) =>
        isRecord(child) ? [{ block: child, place: below(below(place, "child_blocks"), index) }] : [],
      )
    : [];
  return [{ block, place }, ...nested];
}

/** All blocks of a surface with their places, those inside containers too. */
function flatten(blocks: readonly unknown[], place: Place): { readonly block: JsonRecord; readonly place: Place }[] {
  return blocks.flatMap((block, index) => (isRecord(block) ? childBlocks(block, below(place, index)) : []));
}

function uniqueBlockIds(blocks: readonly unknown[], place: Place): void {
  const seen = new Set<string>();
  for (const { block, place: at } of flatten(blocks, place)) {
    const id = block["block_id"];
    if (typeof id !== "string") continue;
    if (seen.has(id)) refuse(below(at, "block_id"), `\`block_id\` "${id}" already exists`);
    seen.add(id);
  }
}

function uniqueActionIds(blocks: readonly unknown[], place: Place): void {
  for (const { block, place: at } of flatten(blocks, place)) {
    if (Object.hasOwn(block, "child_blocks")) continue;
    const seen = new Set<string>();
    for (const { id, place: element } of actionIds(block, at)) {
      if (seen.has(id)) refuse(below(element, "action_id"), `\`action_id\` "${id}" already exists`);
      seen.add(id);
    }
  }
}

function ofType(blocks: readonly unknown[], place: Place, type: string) {
  return flatten(blocks, place).filter((entry) => entry.block["type"] === type);
}

function atMost(max: number, type: string, message: string) {
  return (blocks: readonly unknown[], place: Place): void => {
    for (const extra of ofType(blocks, place, type).slice(max)) refuse(extra.place, message);
  };
}

function markdownTotal(blocks: readonly unknown[], place: Place): void {
  const texts = ofType(blocks, place, "markdown").map(({ block }) => block["text"]);
  const total = texts.reduce<number>(
    (sum, content) => sum + (typeof content === "string" ? codePoints(content) : 0),
    0,
  );
  if (texts.length > 1 && total > 12_000) refuse(place, "markdown blocks must be less than 12001 characters in total");
}

function oneFocus(blocks: readonly unknown[], place: Place): void {
  const focused = [...objectsIn(blocks, place)].filter((entry) => entry.value["focus_on_load"] === true);
  for (const extra of focused.slice(1))
    refuse(below(extra.place, "focus_on_load"), "only one element may have `focus_on_load`");
}

/**
 * How many blocks Slack stores for this one: markdown becomes one block per paragraph, heading, list, table or code fence.
 * The exact split is not published; blank lines outside fences and headings are counted, which errs on the strict side.
 */
export function storedBlockCount(block: unknown): number {
  if (!isRecord(block) || block["type"] !== "markdown" || typeof block["text"] !== "string") return 1;
  let count = 0;
  let inside = false;
  let fenced = false;
  for (const line of block["text"].split("\n")) {
    if (/^\s*```/.test(line)) {
      if (!fenced) count += 1;
      fenced = !fenced;
      inside = false;
    } else if (fenced) continue;
    else if (line.trim() === "") inside = false;
    else if (/^#{1,6}\s/.test(line)) {
      count += 1;
      inside = false;
    } else if (!inside) {
      count += 1;
      inside = true;
    }
  }
  return Math.max(1, count);
}

/** Rules that only the whole list of blocks can break. */
export const wholeRules: readonly ((blocks: readonly unknown[], place: Place) => void)[] = [
  uniqueBlockIds,
  uniqueActionIds,
  atMost(1, "table", "only_one_table_allowed"),
  atMost(2, "data_visualization", "no more than 2 data_visualization blocks allowed"),
  atMost(1, "plan", "no more than 1 plan block allowed"),
  markdownTotal,
  oneFocus,
];
