import type { CanaryView } from "../../rollout/view.ts";
import type { Weight } from "../../units.ts";
import { count } from "./text.ts";

const CELLS = 10;
/** Steps shown on either side of the present one. */
const AROUND = 5;

/** Ten cells; the first is filled as soon as there is any traffic, the last only at 100 %. */
export const progressBar = (weight: Weight): string => bar(weight, 100);

function bar(done: number, of: number): string {
  const filled = done === 0 || of === 0 ? 0 : Math.max(1, Math.min(CELLS, Math.floor((done / of) * CELLS)));
  return "▰".repeat(filled) + "▱".repeat(CELLS - filled);
}

/** Where in the run this is; empty when the run has no stages. */
export function stageLine(view: CanaryView): string {
  if (view.strategy !== "weighted") return iterationLine(view);
  return view.steps.length === 0 ? "" : stepLine(view);
}

/** `Step 2 of 4: 5 % done · 10 % now · 20 % · 40 % · promotion`, shortened around the present step when there are many. */
function stepLine(view: CanaryView): string {
  const now = Math.min(view.step, view.steps.length) - 1;
  const words = view.steps.map((weight, index) => stepWord({ view, weight, index, now }));
  const from = Math.max(0, now - AROUND);
  const to = Math.min(words.length, now + AROUND + 2);
  const shown = [
    from > 0 ? "…" : mirrorWord(view),
    ...words.slice(from, to),
    to < words.length ? "…" : "",
    lastWord(view),
  ];
  const title = now < 0 ? count(view.steps.length, "step") : `Step ${now + 1} of ${view.steps.length}`;
  return `${title}: ${shown.filter((word) => word !== "").join(" · ")}`;
}

function mirrorWord(view: CanaryView): string {
  if (!view.mirrors) return "";
  if (view.step > 0 || view.weight > 0) return "mirror done";
  return view.mirrored ? `*mirror ${isStopped(view) ? "stopped here" : "now"}*` : "mirror";
}

interface Step {
  readonly view: CanaryView;
  readonly weight: Weight;
  readonly index: number;
  readonly now: number;
}

function stepWord({ view, weight, index, now }: Step): string {
  if (index > now) return `${weight} %`;
  const over = index < now || isOver(view);
  if (over) return `${weight} % done`;
  return `*${weight} % ${isStopped(view) ? "stopped here" : "now"}*`;
}

/** `▰▰▰▱▱▱▱▱▱▱ Iteration 3 of 10 · switch · promotion` */
function iterationLine(view: CanaryView): string {
  const { iterations, stages } = view;
  if (iterations === 0) return "";
  const done = Math.min(view.step, iterations);
  const switches = stages > iterations ? switchWord(view) : "";
  const words = [`${bar(done, iterations)} ${iterationWord(view)}`, switches, lastWord(view)];
  return words.filter((word) => word !== "").join(" · ");
}

function iterationWord(view: CanaryView): string {
  const { step, iterations } = view;
  if (step === 0) return count(iterations, "iteration");
  if (step > iterations || isOver(view)) return `${count(iterations, "iteration")} done`;
  return `*Iteration ${step} of ${iterations}${isStopped(view) ? ", stopped here" : ""}*`;
}

function switchWord(view: CanaryView): string {
  if (view.step <= view.iterations) return "switch";
  if (isOver(view)) return "switched";
  return isStopped(view) ? "*switch, stopped here*" : "*switched now*";
}

function lastWord({ phase, gate }: CanaryView): string {
  if (phase === "succeeded" || phase === "finalising") return "promoted";
  if (phase === "promoting") return "*promotion now*";
  return gate?.name === "confirm-promotion" ? "*approval now* · promotion" : "promotion";
}

const isOver = ({ phase }: CanaryView): boolean => ["promoting", "finalising", "succeeded"].includes(phase);
const isStopped = ({ phase }: CanaryView): boolean => phase === "rolling-back" || phase === "failed";
