/** Up to `most` of the words that are nearest to `wanted`, nearest first; none that are far off. */
export function closest(wanted: string, words: readonly string[], most: number): readonly string[] {
  const reach = Math.max(1, Math.floor(wanted.length / 3));
  return words
    .map((word) => ({ word, distance: distance(wanted, word) }))
    .filter(({ word, distance: far }) => far <= reach || (wanted.length >= 2 && word.includes(wanted)))
    .sort((a, b) => a.distance - b.distance || a.word.localeCompare(b.word))
    .slice(0, most)
    .map(({ word }) => word);
}

/** Edits between two words: insert, delete, replace, or swap two neighbours. Long words are compared by their beginning. */
export function distance(a: string, b: string): number {
  const [from, to] = [[...a].slice(0, 80), [...b].slice(0, 80)];
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const edits = [at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + cost];
      next.push(Math.min(...edits, swapped ? at(before, j - 2) + 1 : Infinity));
    }
    before = row;
    row = next;
  }
  return at(row, to.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;
