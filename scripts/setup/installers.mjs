import { existsSync } from "node:fs";
import { runQuietly } from "./progress.mjs";
import { withServicesHeldBack } from "./services.mjs";

/** The way to install programs here: `mayInstall` says whether we may do it, `command` what a person would type. */
export function chooseInstaller(env) {
  if (process.platform === "darwin") return brew(env);
  if (existsSync("/usr/bin/apt-get")) return apt(env);
  return {
    name: "none",
    mayInstall: false,
    command: (programs) => `your package manager: ${programs.map((program) => program.apt).join(" ")}`,
  };
}

function apt(env) {
  const isRoot = process.getuid?.() === 0;
  const aptGet = (...args) =>
    runQuietly("apt-get", ["-o", "DPkg::Lock::Timeout=120", ...args], {
      env: { ...env, DEBIAN_FRONTEND: "noninteractive", COALMINE_SETUP: "1" },
    });
  let updated;
  return {
    name: "apt-get",
    mayInstall: isRoot,
    command: (programs) =>
      `${isRoot ? "" : "sudo "}apt-get install -y --no-install-recommends ${programs.map(({ apt: name }) => name).join(" ")}`,
    install: async (program) => {
      updated ??= aptGet("update");
      await updated;
      await withServicesHeldBack(() => aptGet("install", "-y", "--no-install-recommends", program.apt));
    },
  };
}

function brew(env) {
  return {
    name: "brew",
    mayInstall: existsSync("/opt/homebrew/bin/brew") || existsSync("/usr/local/bin/brew"),
    command: (programs) => `brew install ${programs.map((program) => program.brew).join(" ")}`,
    // Homebrew starts no service unless it is asked to.
    install: (program) =>
      runQuietly("brew", ["install", program.brew], { env: { ...env, HOMEBREW_NO_AUTO_UPDATE: "1" } }),
  };
}
