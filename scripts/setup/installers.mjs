import { canRun } from "./can-run.mjs";
import { runQuietly } from "./progress.mjs";
import { withServicesHeldBack } from "./services.mjs";

/** The way to install programs here: `mayInstall` says whether we may do it, `command` what a person would type. */
export function chooseInstaller(env, { isRoot = process.getuid?.() === 0, policyFile } = {}) {
  if (canRun("apt-get", env)) return apt(env, { isRoot, policyFile });
  // Homebrew refuses to run as root.
  if (process.platform === "darwin" || canRun("brew", env)) return brew(env, !isRoot && canRun("brew", env));
  return {
    name: "none",
    mayInstall: false,
    command: (programs) => `your package manager: ${programs.map((program) => program.apt).join(", ")}`,
  };
}

function apt(env, { isRoot, policyFile }) {
  const aptGet = (...args) =>
    runQuietly("apt-get", ["-o", "DPkg::Lock::Timeout=120", ...args], {
      env: { ...env, DEBIAN_FRONTEND: "noninteractive", COALMINE_SETUP: "1" },
    });
  const install = ["install", "-y", "--no-install-recommends"];
  let updated;
  return {
    name: "apt-get",
    mayInstall: isRoot,
    command: (programs) =>
      ["apt-get", ...install, ...programs.map((program) => program.apt)].join(" ").replace(/^/, isRoot ? "" : "sudo "),
    install: async (program) => {
      updated ??= aptGet("update");
      await updated;
      await withServicesHeldBack(() => aptGet(...install, program.apt), policyFile);
    },
  };
}

function brew(env, mayInstall) {
  return {
    name: "brew",
    mayInstall,
    command: (programs) => `brew install ${programs.map((program) => program.brew).join(" ")}`,
    // Homebrew starts no service unless it is asked to.
    install: (program) =>
      runQuietly("brew", ["install", program.brew], { env: { ...env, HOMEBREW_NO_AUTO_UPDATE: "1" } }),
  };
}
