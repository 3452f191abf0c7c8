import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { pathOf } from "./programs.ts";

const run = promisify(execFile);

/** The real kubectl with one kubeconfig. Answers what it printed; throws with what it complained about. */
export function kubectlWith(kubeconfig: string): (...args: readonly string[]) => Promise<string> {
  // Its cache of what the server offers stays with this control plane.
  const env = { ...process.env, HOME: dirname(kubeconfig), KUBECONFIG: kubeconfig };
  return async (...args) => {
    const { stdout } = await run(pathOf("kubectl"), args, { env, maxBuffer: 32 * 1024 ** 2 });
    return stdout;
  };
}
