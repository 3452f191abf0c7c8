import type { CanaryView } from "../../rollout/view.ts";
import { code, inWords, plain, sentence } from "./text.ts";
import { clock } from "./time.ts";

type Failure = CanaryView["hookFailures"][number];

/** One line for a webhook that failed. Those after the end no longer change anything. */
export function hookLine({ hook, type, problem, at }: Failure): string {
  const mark = type === "post-rollout" ? ":warning:" : ":x:";
  return `${mark} ${sentence(type)} webhook ${code(hook)} failed at ${clock(at)}${problem === "" ? "" : `: ${plain(problem, 300)}`}`;
}

/** `webhook smoke-test`, `webhooks smoke-test and load-test` */
export function hookNames(hooks: readonly string[]): string {
  return `${hooks.length === 1 ? "webhook" : "webhooks"} ${inWords(hooks.slice(0, 5).map((hook) => code(hook)))}`;
}
