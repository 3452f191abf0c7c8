// Loaded by `node --test`: writes one JSON line per result to file descriptor 4, at once, so that even a test process
// that has to be killed has told what it knew. What the tests print stays on stdout and stderr.
import { writeSync } from "node:fs";
import { inspect } from "node:util";

const RESULTS = 4;

export default async function* report(events) {
  const path = [];
  for await (const { type, data } of events) {
    if (type === "test:start") path.splice(data.nesting, path.length, data.name);
    const result = resultOf(type, data);
    if (result !== undefined) writeSync(RESULTS, `${JSON.stringify({ ...result, ...placeOf(data, path) })}\n`);
  }
  // The runner wants a stream of text; there is none.
  yield "";
}

function placeOf(data, path) {
  const suites = path.slice(0, data.nesting);
  return { name: [...suites, data.name].join(" › "), file: data.file, line: data.line, nesting: data.nesting };
}

/** A suite counts only when it failed by itself, as in a hook: its tests have been counted one by one. */
function resultOf(type, data) {
  const isSuite = data.details?.type === "suite";
  if (type === "test:pass") {
    if (data.skip !== undefined) return { result: "skipped", reason: String(data.skip) };
    if (data.todo !== undefined) return { result: "skipped", reason: `to do: ${data.todo}` };
    return isSuite ? undefined : { result: "passed" };
  }
  if (type !== "test:fail") return undefined;
  const { error } = data.details;
  if (error?.failureType === "subtestsFailed") return undefined;
  if (data.todo !== undefined) return { result: "skipped", reason: `to do: ${data.todo}` };
  return { result: "failed", detail: describe(error?.cause ?? error) };
}

function describe(cause) {
  if (typeof cause === "string") return cause;
  // The message of an assertion holds the difference; inspecting it would print both sides once more.
  return cause?.code === "ERR_ASSERTION" && cause.cause === undefined ? cause.stack : inspect(cause, { depth: 6 });
}
