import type { JsonObject, JsonValue } from "../json.ts";
import { at, numberAt, objectsAt, stringAt } from "../json.ts";
import { isTerminating, nameOf } from "../objects.ts";
import { age, humanDuration, orNone } from "./cells.ts";
import type { Column } from "./table.ts";

/** The word in the Status column: what holds the pod up, if anything does, else its phase. */
export function podStatusText(pod: JsonObject): string {
  if (isTerminating(pod)) return "Terminating";
  const statuses = objectsAt(pod, "status", "containerStatuses").toReversed();
  for (const status of statuses) {
    const reason = stringAt(status, "state", "waiting", "reason") ?? stringAt(status, "state", "terminated", "reason");
    if (reason !== undefined) return reason;
  }
  return stringAt(pod, "status", "reason") ?? stringAt(pod, "status", "phase") ?? "";
}

function readyText(pod: JsonObject): string {
  const ready = objectsAt(pod, "status", "containerStatuses").filter((status) => status["ready"] === true).length;
  return `${ready}/${objectsAt(pod, "spec", "containers").length}`;
}

function restartsText(pod: JsonObject, now: number): JsonValue {
  const statuses = objectsAt(pod, "status", "containerStatuses");
  const restarts = statuses.reduce((sum, status) => sum + (numberAt(status, "restartCount") ?? 0), 0);
  const finished =
    statuses
      .map((status) => stringAt(status, "lastState", "terminated", "finishedAt") ?? "")
      .sort()
      .at(-1) ?? "";
  return restarts === 0 || finished === ""
    ? String(restarts)
    : `${restarts} (${humanDuration(now - Date.parse(finished))} ago)`;
}

function gatesText(pod: JsonObject): string {
  const gates = objectsAt(pod, "spec", "readinessGates").map((gate) => stringAt(gate, "conditionType"));
  if (gates.length === 0) return "<none>";
  const met = objectsAt(pod, "status", "conditions").filter(
    (condition) => gates.includes(stringAt(condition, "type")) && condition["status"] === "True",
  );
  return `${met.length}/${gates.length}`;
}

export const podColumns: readonly Column[] = [
  { name: "Name", type: "string", format: "name", cell: nameOf },
  { name: "Ready", type: "string", cell: readyText },
  { name: "Status", type: "string", cell: podStatusText },
  { name: "Restarts", type: "string", cell: restartsText },
  { name: "Age", type: "string", cell: (pod, now) => age(at(pod, "metadata", "creationTimestamp"), now) },
  { name: "IP", type: "string", priority: 1, cell: (pod) => orNone(stringAt(pod, "status", "podIP")) },
  { name: "Node", type: "string", priority: 1, cell: (pod) => orNone(stringAt(pod, "spec", "nodeName")) },
  {
    name: "Nominated Node",
    type: "string",
    priority: 1,
    cell: (pod) => orNone(stringAt(pod, "status", "nominatedNodeName")),
  },
  { name: "Readiness Gates", type: "string", priority: 1, cell: gatesText },
];
