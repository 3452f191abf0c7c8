import type { z } from "zod";
import type { ManifestProblem } from "../subject.ts";

type Issue = z.core.$ZodIssue;

/** A schema issue as a person should read it. */
export function describeIssue(issue: Issue): ManifestProblem {
  const path = writePath(issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return describeUnknown(path, issue.keys);
    case "invalid_value":
      return { path, problem: "has another value than the allowed ones", fix: `Use one of: ${quote(issue.values)}.` };
    case "invalid_type":
      return describeType(path, issue);
    case "invalid_format":
      return { path, problem: "is not written as expected", fix: describeFormat(issue) };
    default:
      return { path, problem: issue.message.toLowerCase(), fix: "Correct this field; the samples show how." };
  }
}

function describeUnknown(path: string, keys: readonly string[]): ManifestProblem {
  const [key = ""] = keys;
  const whole = path === "" ? key : `${path}.${key}`;
  return { path: whole, problem: "is not a field of a Canary", fix: "Correct its spelling, or remove it." };
}

function describeType(path: string, issue: Extract<Issue, { code: "invalid_type" }>): ManifestProblem {
  if (issue.input === undefined && /received undefined/.test(issue.message)) {
    return { path, problem: "is missing", fix: `Add it; it is ${article(issue.expected)}.` };
  }
  return { path, problem: "has the wrong type", fix: `It must be ${article(issue.expected)}.` };
}

function describeFormat(issue: Extract<Issue, { code: "invalid_format" }>): string {
  if (issue.pattern === undefined) return "Compare it with the samples.";
  if (issue.pattern.includes("(m|s)") || issue.pattern.includes("(h|m|s)")) return "Write it like 30s or 5m.";
  return `It must match ${issue.pattern}.`;
}

const quote = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(", ");
const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

/** `spec.analysis.metrics[0].name`. */
function writePath(path: readonly PropertyKey[]): string {
  let written = "";
  for (const part of path) {
    if (typeof part === "number") written += `[${part}]`;
    else written += written === "" ? String(part) : `.${String(part)}`;
  }
  return written;
}
