import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const MARK = "# Written by Coalmine's setup";

/**
 * Debian asks this script before a package's service is started. Ours says no only to installs that we run ourselves
 * (they carry COALMINE_SETUP), so that even a copy left behind by a crash changes nothing for anybody else.
 */
const POLICY = `#!/bin/sh
${MARK}; safe to delete. Keeps services from starting while it installs their programs.
[ -z "$COALMINE_SETUP" ] || exit 101
exit 0
`;

/**
 * Installs while no package may start its service: the playground runs its own, private ones. A policy that is already
 * on the machine is left as it is, and a service that runs already is not touched either way.
 */
export async function withServicesHeldBack(install, policyFile = "/usr/sbin/policy-rc.d") {
  const isOurs = !existsSync(policyFile) || readFileSync(policyFile, "utf8").includes(MARK);
  if (isOurs) writeFileSync(policyFile, POLICY, { mode: 0o755 });
  try {
    return await install();
  } finally {
    if (isOurs) rmSync(policyFile, { force: true });
  }
}
