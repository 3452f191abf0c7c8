/** Drops entries from the front of a map in order of insertion, for as long as they are old. */
export function dropOld<Entry extends { readonly at: number }>(entries: Map<string, Entry>, before: number): void {
  for (const [key, entry] of entries) {
    if (entry.at >= before) return;
    entries.delete(key);
  }
}
