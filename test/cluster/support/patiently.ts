import { eventually } from "../../support/eventually.ts";

/** Waits as long as a control plane may take on a machine that is busy with other things. */
export function patiently<T>(look: () => T | Promise<T>): Promise<T> {
  return eventually(look, { timeoutMs: 90_000, everyMs: 50 });
}
