import { below, byType, flag, isList, isRecord, list, literal, number, object, oneOf, refuse, text } from "./check.ts";
import type { Check, JsonRecord, Place } from "./check.ts";
import { block } from "./layout-blocks.ts";
import { richText } from "./rich-text.ts";

const rawText: Check = object({ required: { type: literal("raw_text"), text: text(Infinity) } });
const rawNumber: Check = object({
  required: { type: literal("raw_number"), value: number({ whole: false }), text: text(Infinity) },
});
const cell: Check = byType({ raw_text: rawText, raw_number: rawNumber, rich_text: richText }, "type");

const columnSetting: Check = (value, place) => {
  if (value === null) return;
  object({ optional: { align: oneOf("left", "center", "right"), is_wrapped: flag } })(value, place);
};

/** All text inside a JSON value: what Slack adds up for the limits on tables and messages. */
export function totalText(value: unknown): number {
  if (isList(value)) return value.reduce<number>((sum, entry) => sum + totalText(entry), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, entry]) => sum + (key === "text" && typeof entry === "string" ? [...entry].length : totalText(entry)),
    0,
  );
}

function totalBelow(max: number) {
  return (value: JsonRecord, place: Place): void => {
    if (totalText(value["rows"]) > max) refuse(below(place, "rows"), `must be less than ${max + 1} characters`);
  };
}

/** A simple table; the rule "one per message" is looked at where the whole message is known. */
export const table: Check = block("table", {
  required: { rows: list(list(cell, { max: 20 }), { max: 100 }) },
  optional: { column_settings: list(columnSetting, { max: 20 }) },
  rules: [totalBelow(10_000)],
});

function rectangular(value: JsonRecord, place: Place): void {
  const rows = isList(value["rows"]) ? value["rows"] : [];
  const width = isList(rows[0]) ? rows[0].length : 0;
  for (const [index, row] of rows.entries())
    if (isList(row) && row.length !== width)
      refuse(below(below(place, "rows"), index), "all rows must have the same number of cells");
  if (isList(rows[0]) && rows[0].some((header) => isRecord(header) && header["type"] === "rich_text"))
    refuse(below(below(place, "rows"), 0), "header cells must not be rich_text");
}

export const dataTable: Check = block("data_table", {
  required: { caption: text(Infinity), rows: list(list(cell, { max: 20 }), { min: 2, max: 201 }) },
  optional: { page_size: number({ min: 1, max: 100 }), row_header_column_index: number({ min: 0, max: 19 }) },
  rules: [rectangular, totalBelow(20_000)],
});

// Two published numbers exist for series and segments (6 and 12): the smaller one is safe on both.
const maxSeries = 6;
const point: Check = object({ required: { label: text(20), value: number({ whole: false }) } });
const segment: Check = object({
  required: {
    label: text(20),
    value: (value, place) => {
      if (typeof value !== "number" || value <= 0) refuse(place, "must be greater than 0");
    },
  },
});

function uniqueNames(value: JsonRecord, place: Place): void {
  const series = isList(value["series"]) ? value["series"] : [];
  const names = series.map((entry) => (isRecord(entry) ? entry["name"] : undefined));
  for (const [index, name] of names.entries())
    if (typeof name === "string" && names.indexOf(name) !== index)
      refuse(below(below(place, "series"), index), `series \`${name}\` already exists`);
}

function axisChart(type: string): Check {
  return object({
    required: {
      type: literal(type),
      series: list(object({ required: { name: text(20), data: list(point, { max: 20 }) } }), { max: maxSeries }),
      axis_config: object({
        required: { categories: list(text(20), { max: 20 }) },
        optional: { x_label: text(50), y_label: text(50) },
      }),
    },
    rules: [uniqueNames],
  });
}

const pie: Check = object({ required: { type: literal("pie"), segments: list(segment, { max: maxSeries }) } });

export const dataVisualization: Check = block("data_visualization", {
  required: {
    title: text(50),
    chart: byType({ pie, bar: axisChart("bar"), line: axisChart("line"), area: axisChart("area") }, "type"),
  },
});
