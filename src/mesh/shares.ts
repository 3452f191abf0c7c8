import { Weight, weight } from "../units.ts";
import type { Shares } from "./rule-list.ts";

/** The canary's percentage by several rules that must agree; `problem` says why there is none. `object` names where they stand. */
export function agreedWeight(
  shares: readonly Shares[],
  object: string,
): { readonly weight: Weight; readonly problem: string | null } {
  const [first] = shares;
  const wrong = shares.find(({ primary, canary, total }) => total !== 100 || primary + canary !== 100);
  if (wrong !== undefined) {
    return none(`the weights ${wrong.primary} and ${wrong.canary} in ${object} do not add up to 100`);
  }
  const other = shares.find(({ canary }) => canary !== first?.canary);
  if (other !== undefined) {
    return none(`two rules of ${object} give the canary ${first?.canary} and ${other.canary} %`);
  }
  const parsed = Weight.safeParse(first?.canary);
  return parsed.success
    ? { weight: parsed.data, problem: null }
    : none(`the weights in ${object} are no whole numbers between 0 and 100`);
}

const none = (problem: string) => ({ weight: weight(0), problem });
