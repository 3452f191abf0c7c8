/** What a JSON text is made of, as far as members go: strings, and the signs around them. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

interface Level {
  readonly path: string;
  /** Names of an object's members so far; undefined for a list. */
  readonly names: Set<string> | undefined;
  /** Of the member or item that comes now. */
  here: string;
  item: number;
}

/** Members that stand in their object more than once, as `data.a`. The text must be JSON. */
export function doubledFields(text: string): string[] {
  const doubled: string[] = [];
  const levels: Level[] = [];
  let isName = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === "{" || token === "[") {
      const path = level === undefined ? "" : placeOf(level);
      levels.push({ path, names: token === "{" ? new Set() : undefined, here: "", item: 0 });
      isName = token === "{";
    } else if (token === "}" || token === "]") {
      levels.pop();
      isName = false;
    } else if (token === ",") {
      isName = level?.names !== undefined;
      if (level !== undefined) level.item += 1;
    } else if (isName && level?.names !== undefined && token !== ":") {
      const name = String(JSON.parse(token));
      level.here = name;
      if (level.names.has(name)) doubled.push(placeOf(level));
      level.names.add(name);
      isName = false;
    }
  }
  return doubled;
}

function placeOf({ path, names, here, item }: Level): string {
  if (names === undefined) return `${path}[${item}]`;
  return path === "" ? here : `${path}.${here}`;
}
