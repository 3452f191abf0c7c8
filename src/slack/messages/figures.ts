import type { Figure } from "../../rollout/event.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { plain, sentence, thousands } from "./text.ts";
import { duration } from "./time.ts";

type Checks = CanaryView["checks"];

const KINDS: Readonly<Record<string, { readonly title: string; readonly unit: string }>> = {
  "request-success-rate": { title: "success rate", unit: " %" },
  "request-duration": { title: "p99 latency", unit: " ms" },
};

const VERDICTS = {
  pass: { mark: ":white_check_mark:", word: "passes" },
  fail: { mark: ":x:", word: "fails" },
  inconclusive: { mark: ":grey_question:", word: "gives no verdict" },
  error: { mark: ":warning:", word: "could not be measured" },
} as const satisfies Record<Figure["verdict"], { mark: string; word: string }>;

function kindOf(checks: Checks, name: string): { readonly title: string; readonly unit: string } {
  const check = checks.find((entry) => entry.name === name);
  return KINDS[check?.subject ?? name] ?? { title: plain(name, 80), unit: "" };
}

/** Rounded towards failing, so that 98.996 is never shown as the 99 it does not reach. */
function rounded(value: number, figure: Pick<Figure, "min" | "max">): string {
  const roundingMode = figure.min === null ? "ceil" : "floor";
  if (Math.abs(value) < 1)
    return new Intl.NumberFormat("en", { maximumSignificantDigits: 3, roundingMode }).format(value);
  // A percentage close to its limit needs its decimals; of milliseconds nobody does.
  const digits = figure.min !== null || Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return new Intl.NumberFormat("en", { maximumFractionDigits: digits, roundingMode }).format(value);
}

const number = (value: number): string => new Intl.NumberFormat("en", { maximumSignificantDigits: 6 }).format(value);

/** `limit at least 99 %`, with the check's unit. Empty when it has no limit. */
function limit({ min, max }: Pick<Figure, "min" | "max">, unit: string): string {
  if (min !== null && max !== null) return `limits ${number(min)} to ${number(max)}${unit}`;
  if (min !== null) return `limit at least ${number(min)}${unit}`;
  return max === null ? "" : `limit at most ${number(max)}${unit}`;
}

/** One line with everything a check rests on: verdict, value, limit, primary's value, sample count and window. */
export function figureLine(figure: Figure, checks: Checks): string {
  const { title, unit } = kindOf(checks, figure.check);
  const { mark, word } = VERDICTS[figure.verdict];
  const bound = limit(figure, unit);
  const start = `${mark} ${sentence(title)}`;
  if (figure.value === null) return `${start} ${word}: ${reason(figure)}${bound === "" ? "" : ` · ${bound}`}`;
  const facts = [`${start} *${rounded(figure.value, figure)}${unit}* ${word}`];
  if (bound !== "") facts.push(bound);
  if (figure.primary !== null) facts.push(`primary ${rounded(figure.primary, figure)}${unit}`);
  if (figure.samples !== null) facts.push(`${thousands(figure.samples)} requests${windowOf(figure)}`);
  return facts.join(" · ");
}

const reason = (figure: Figure): string => (figure.problem === "" ? "there is no value" : plain(figure.problem, 300));

/** What was looked at, not what the manifest would allow: a young revision has no longer past than its traffic. */
const windowOf = ({ window }: Figure): string => (window === null ? "" : ` in ${duration(window)}`);

/** The same without marks, for plain sentences and confirm dialogs: `success rate 99.94 % (limit at least 99 %)`. */
export function figureWords(figure: Figure, checks: Checks): string {
  const { title, unit } = kindOf(checks, figure.check);
  const bound = limit(figure, unit);
  const value = figure.value === null ? "without a value" : `${rounded(figure.value, figure)}${unit}`;
  return bound === "" ? `${title} ${value}` : `${title} ${value} (${bound})`;
}

/** A check that has not been measured yet. */
export function checkLine(check: Checks[number]): string {
  const { title, unit } = KINDS[check.subject] ?? { title: plain(check.name, 80), unit: "" };
  const bound = limit(check, unit);
  return `:white_circle: ${sentence(title)} is not measured yet${bound === "" ? "" : ` · ${bound}`}`;
}

/** Lines for many figures, failing ones first. */
export function figureLines(figures: readonly Figure[], checks: Checks): readonly string[] {
  const order = ["fail", "error", "inconclusive", "pass"];
  return [...figures]
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
    .slice(0, 12)
    .map((figure) => figureLine(figure, checks));
}
