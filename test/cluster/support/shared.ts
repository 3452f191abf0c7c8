import { after } from "node:test";
import { startControlPlane, type ControlPlane } from "./control-plane.ts";

let starting: Promise<ControlPlane> | undefined;

/**
 * The one control plane of this test process, started when it is first asked for: for tests that keep to namespaces of their
 * own and leave the control plane as it is. Others start one for themselves and say "Needs a process of its own".
 */
export function sharedControlPlane(): Promise<ControlPlane> {
  starting ??= startControlPlane();
  return starting;
}

// At the root of all files that share this process: after the last test of them.
after(async () => (await starting)?.stop());
