import type { SessionAffinity } from "../canary.ts";
import type { AnalysisSpec } from "./analysis-spec.ts";
import { found, readWhole, wrong, type Found } from "./found.ts";

type Spec = NonNullable<AnalysisSpec["sessionAffinity"]>;

const PATH = "spec.analysis.sessionAffinity";
const A_DAY = 86_400;
/** Characters that a cookie's name may have. */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** Longest age that browsers keep, and more. */
const LONGEST = 10 * 365 * A_DAY;

/** Reads `spec.analysis.sessionAffinity`; `null` where there is none. */
export function readAffinity(spec: Spec | undefined): Found<SessionAffinity | null> {
  if (spec === undefined) return found(null);
  const { cookieName, primaryCookieName = "" } = spec;
  for (const [field, name] of [
    ["cookieName", cookieName] as const,
    ["primaryCookieName", primaryCookieName] as const,
  ]) {
    if (NAME.test(name) || (field === "primaryCookieName" && name === "")) continue;
    const fix = "Use letters, digits, hyphens and underscores, such as canary-session.";
    return wrong(`${PATH}.${field}`, `"${name}" is no name of a cookie`, fix);
  }
  if (cookieName === primaryCookieName) {
    const problem = "is the same as cookieName, so that nobody could tell the two copies' cookies apart";
    return wrong(`${PATH}.primaryCookieName`, problem, "Give it another name, or remove it.");
  }
  const maxAge = readWhole({ path: `${PATH}.maxAge`, value: spec.maxAge, fallback: A_DAY, min: 0, max: LONGEST });
  if (maxAge.problem !== null) return maxAge;
  const attributes = readAttributes(spec);
  if (attributes.problem !== null) return attributes;
  return found({
    cookieName,
    primaryCookieName: primaryCookieName === "" ? null : primaryCookieName,
    maxAge: maxAge.value === 0 ? A_DAY : maxAge.value,
    attributes: attributes.value,
  });
}

function readAttributes(spec: Spec): Found<readonly string[]> {
  for (const field of ["domain", "path"] as const) {
    // Anything else could end the attribute and begin another one, or another header.
    if (!/^[\x21-\x3a\x3c-\x7e]*$/.test(spec[field] ?? "")) {
      const fix = "Write it without spaces and semicolons.";
      return wrong(`${PATH}.${field}`, "has characters that no attribute of a cookie can have", fix);
    }
  }
  const { domain, httpOnly, partitioned, path, sameSite, secure } = spec;
  return found([
    ...(domain ? [`Domain=${domain}`] : []),
    ...(httpOnly === true ? ["HttpOnly"] : []),
    ...(partitioned === true ? ["Partitioned"] : []),
    ...(path ? [`Path=${path}`] : []),
    ...(sameSite === undefined ? [] : [`SameSite=${sameSite}`]),
    ...(secure === true ? ["Secure"] : []),
  ]);
}
