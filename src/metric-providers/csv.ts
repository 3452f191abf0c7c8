/** Records of a CSV (RFC 4180), with empty lines as one empty cell. Throws for a quote that never ends. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;
  let record: string[] = [];
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) throw new Error("the answer is no CSV");
    const [, value = "", ending] = found;
    record.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (ending === ",") continue;
    records.push(record);
    record = [];
  }
  if (record.length > 0) records.push([...record, ""]);
  return records;
}
