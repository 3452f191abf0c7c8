import { canRun } from "./can-run.mjs";
import { chooseInstaller } from "./installers.mjs";
import { say, SetupError, step } from "./progress.mjs";

const MAC_BROWSERS = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The programs a task may want: under which names they are known, and what apt and brew call their packages. */
const PROGRAMS = {
  redis: { names: ["redis-server", "valkey-server"], variable: "REDIS_SERVER", apt: "redis-server", brew: "redis" },
  prometheus: { names: ["prometheus"], variable: "PROMETHEUS", apt: "prometheus", brew: "prometheus" },
  chromium: {
    names: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", ...MAC_BROWSERS],
    variable: "CHROMIUM",
    apt: "chromium",
    brew: "chromium",
  },
};

/**
 * Installs what the task wants and this machine lacks. What cannot be installed is named together with the one command
 * that would do it; then the task goes on without it, or a SetupError stops it, as its row says.
 */
export async function bringPrograms(task, env, installer = chooseInstaller(env)) {
  const isMissing = (name) => !isPresent(PROGRAMS[name], env);
  const wanted = task.programs.filter(isMissing);
  if (wanted.length === 0) return;

  if (installer.mayInstall) await installEach(wanted, installer);
  const missing = wanted.filter(isMissing);
  if (missing.length === 0) return;

  const names = missing.map((name) => PROGRAMS[name].names[0]).join(" and ");
  const advice = `${names} missing on this machine. Install with:\n  ${installer.command(missing.map((name) => PROGRAMS[name]))}`;
  if (task.without === "stop") throw new SetupError(advice);
  say(advice);
  say("going on without; the tests that need them are skipped by name.");
}

async function installEach(wanted, installer) {
  for (const name of wanted) {
    try {
      await step(`installing ${name} (${installer.name})`, () => installer.install(PROGRAMS[name]));
    } catch (error) {
      if (!(error instanceof SetupError) || error.exitCode !== 1) throw error;
      say(error.message);
    }
  }
}

function isPresent({ names, variable }, env) {
  return (env[variable] ? [env[variable]] : names).some((name) => canRun(name, env));
}
