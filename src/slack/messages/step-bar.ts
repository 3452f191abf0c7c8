import type { CanaryView } from "../../rollout/view.ts";
import type { Weight } from "../../units.ts";

const CELLS = 10;
/** Steps shown on either side of the present one. */
const AROUND = 5;

/** Ten cells; the first is filled as soon as there is any traffic, the last only at 100 %. */
export function progressBar(weight: Weight): string {
  const filled = weight === 0 ? 0 : Math.max(1, Math.min(CELLS, Math.floor((weight / 100) * CELLS)));
  return "▰".repeat(filled) + "▱".repeat(CELLS - filled);
}

/** `Step 2 of 4: 5 % done · 10 % now · 20 % · 40 % · promotion`, shortened around the present step when there are many. */
export function stepLine(view: CanaryView): string {
  const now = Math.min(view.step, view.steps.length) - 1;
  const words = view.steps.map((weight, index) => stepWord({ view, weight, index, now }));
  const from = Math.max(0, now - AROUND);
  const to = Math.min(words.length, now + AROUND + 2);
  const shown = [from > 0 ? "…" : "", ...words.slice(from, to), to < words.length ? "…" : "", lastWord(view)];
  const title = now < 0 ? `${view.steps.length} steps` : `Step ${now + 1} of ${view.steps.length}`;
  return `${title}: ${shown.filter((word) => word !== "").join(" · ")}`;
}

interface Step {
  readonly view: CanaryView;
  readonly weight: Weight;
  readonly index: number;
  readonly now: number;
}

function stepWord({ view, weight, index, now }: Step): string {
  if (index > now) return `${weight} %`;
  const over = index < now || ["promoting", "finalising", "succeeded"].includes(view.phase);
  if (over) return `${weight} % done`;
  return ["rolling-back", "failed"].includes(view.phase) ? `*${weight} % stopped here*` : `*${weight} % now*`;
}

function lastWord({ phase, gate }: CanaryView): string {
  if (phase === "succeeded" || phase === "finalising") return "promoted";
  if (phase === "promoting") return "*promotion now*";
  return gate?.name === "confirm-promotion" ? "*approval now* · promotion" : "promotion";
}
