import type { Cause } from "../api-error.ts";
import { badRequest, forbiddenField, invalid, unsupportedValue } from "../api-error.ts";
import type { Call } from "../http/call.ts";

const LIST_OPTIONS = { group: "meta.k8s.io", plural: "", kind: "ListOptions" };
const FIELD = "resourceVersionMatch";

/** Refuses options that do not go together. Throws 422, and 400 for a number that is none. */
export function checkListOptions({ query }: Call): void {
  const match = query.get(FIELD) ?? "";
  const version = query.get("resourceVersion") ?? "";
  const causes: Cause[] = [];
  if (match !== "") {
    if (version === "") causes.push(forbiddenField(FIELD, `${FIELD} is forbidden unless resourceVersion is provided`));
    if ((query.get("continue") ?? "") !== "")
      causes.push(forbiddenField(FIELD, `${FIELD} is forbidden when continue is provided`));
    if (match !== "Exact" && match !== "NotOlderThan")
      causes.push(unsupportedValue(FIELD, match, ["Exact", "NotOlderThan", ""]));
    if (match === "Exact" && version === "0")
      causes.push(forbiddenField(FIELD, `${FIELD} "exact" is forbidden for resourceVersion "0"`));
  }
  if (query.has("sendInitialEvents"))
    causes.push(forbiddenField("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  if (causes.length > 0) throw invalid(LIST_OPTIONS, "", causes);
}

/** The same for a watch. Throws 422. */
export function checkWatchOptions({ query }: Call): void {
  const match = query.get(FIELD) ?? "";
  const causes: Cause[] = [];
  const wantsInitial = query.has("sendInitialEvents");
  if (match !== "" && !wantsInitial)
    causes.push(forbiddenField(FIELD, `${FIELD} is forbidden for watch unless sendInitialEvents is provided`));
  if (wantsInitial && match !== "NotOlderThan")
    causes.push(forbiddenField(FIELD, `sendInitialEvents requires setting ${FIELD} to NotOlderThan`));
  if (causes.length > 0) throw invalid(LIST_OPTIONS, "", causes);
}

/** A whole number of the query, 0 when it is left out. Throws 400. */
export function queryInteger(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "";
  if (text === "") return 0;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
