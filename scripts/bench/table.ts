/** Lays a table out as Markdown, with every column as wide as its longest cell. Columns after the first `left` are right-aligned. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const cells = [head, ...rows].map((row) => head.map((_, column) => (row[column] ?? "").replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const pad = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column < left ? text.padEnd(width) : text.padStart(width);
  };
  const rule = widths.map((width, column) => (column < left ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  const [first = [], ...others] = cells.map((row) => row.map(pad));
  return [first, rule, ...others].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** A figure with about three digits that count: `0.0200`, `2.05`, `137`. A dash for what was not measured. */
export function figure(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toPrecision(3);
}
