import { tidy } from "../outbound/tidy.ts";
import type { Canary, Strategy } from "../rollout/canary.ts";
import type { News } from "../rollout/news.ts";
import type { Alert } from "./alert.ts";
import { severityOf } from "./severity-of.ts";

const LONGEST_TEXT = 1_000;

/** What receivers of alerts are told of an event; `null`: nothing. */
export function alertOf({ ref, canary, event, message }: News): Alert | null {
  const severity = severityOf(event);
  if (severity === null) return null;
  const isDetailed = event.kind === "initialized" || event.kind === "rollout-started";
  return {
    severity,
    title: `${ref.name}.${ref.namespace}`,
    text: tidy(message, LONGEST_TEXT),
    fields: [{ title: "Cluster", value: ref.cluster }, ...(isDetailed && canary !== null ? detailsOf(canary) : [])],
  };
}

function detailsOf({ ref, target, analysis, progressDeadline }: Canary): Alert["fields"] {
  return [
    { title: "Target", value: `${target.kind}/${target.name}.${ref.namespace}` },
    { title: "Failed checks threshold", value: String(analysis.threshold) },
    { title: "Progress deadline", value: `${progressDeadline / 1_000}s` },
    { title: "Traffic routing", value: describeStrategy(analysis.strategy) },
  ];
}

function describeStrategy(strategy: Strategy): string {
  switch (strategy.kind) {
    case "ab-test":
      return "A/B Testing";
    case "blue-green":
      return "Blue/Green";
    case "weighted":
      return `Weight steps: ${strategy.steps.map((step) => `${step}%`).join(", ")}`;
  }
}
