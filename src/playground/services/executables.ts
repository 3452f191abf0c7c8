import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { isAbsolute } from "node:path";

/**
 * The absolute path of the first of `names` that can be run: an absolute path as it stands, anything else looked up on
 * PATH. Undefined when this machine has none of them.
 */
export async function findExecutable(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = isAbsolute(name) ? name : await lookUpOnPath(name);
    if (path !== undefined && (await isExecutable(path))) return path;
  }
  return undefined;
}

/** Asks the shell, which knows the PATH that our children will be started with. */
function lookUpOnPath(name: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("/bin/sh", ["-c", 'command -v "$1"', "sh", name], (error, stdout) => {
      const path = stdout.trim();
      resolve(error === null && isAbsolute(path) ? path : undefined);
    });
  });
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
