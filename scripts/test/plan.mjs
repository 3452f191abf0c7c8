import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";

/** Areas whose tests share one process: they start nothing and leave nothing behind. All others get their own. */
const SHARED_AREAS = ["unit", "property", "replay", "golden", "architecture"];
/** Run by `npm run test:cluster`. */
const OTHER_GROUP = "cluster";
/** A test file that says this gets a process of its own wherever it stands. The reason follows. */
const OWN_PROCESS = /^\/\/ Needs a process of its own: \S/m;
/** The long ones first, so that no core is idle at the end. */
const LONGEST_FIRST = ["e2e", "toolchain", "contract"];

/** What the command line asks for: checks or not, and the test files of each kind. Exits with advice when that is nothing. */
export function planTests(args) {
  const { values, positionals, silenceMs } = readArguments(args);
  const isEverything = positionals.length === 0 && values.only === undefined && values.name === undefined;
  const checks = isEverything || values.only === "checks";
  const files = chooseFiles(positionals, values.only);
  if (!checks) refuseNone(files, [...positionals, values.only]);
  const shared = files.filter(canShare);
  const isolated = files.filter((file) => !shared.includes(file)).sort((a, b) => rank(a) - rank(b));
  return { checks, shared, isolated, namePattern: values.name, silenceMs };
}

/**
 * The same for the tests that need a control plane: the files of one folder share a process, and so one control plane, save
 * those that need a process of their own. `--only` names a folder of test/cluster.
 */
export function planClusterTests(args) {
  const { values, positionals, silenceMs } = readArguments(args);
  const all = globSync(`test/${OTHER_GROUP}/**/*.test.ts`).sort();
  const inFolder = (file) => values.only === undefined || file.split("/")[2] === values.only;
  const files = positionals.length > 0 ? positionals.flatMap(filesIn) : all.filter(inFolder);
  refuseNone(files, [...positionals, values.only]);
  const [alone, together] = [files.filter(needsOwnProcess), files.filter((file) => !needsOwnProcess(file))];
  const groups = [...Object.values(Object.groupBy(together, dirname)), ...alone.map((file) => [file])];
  return { groups, namePattern: values.name, silenceMs };
}

function readArguments(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { only: { type: "string" }, name: { type: "string" }, patience: { type: "string" } },
  });
  return { values, positionals, silenceMs: values.patience === undefined ? undefined : Number(values.patience) * 1000 };
}

function refuseNone(files, wanted) {
  if (files.length > 0) return;
  process.stderr.write(`no test file in ${wanted.filter(Boolean).join(" ")}\n`);
  process.exit(1);
}

function chooseFiles(positionals, only) {
  if (positionals.length > 0) return positionals.flatMap(filesIn);
  const all = globSync("test/**/*.test.ts")
    .sort()
    .filter((file) => areaOf(file) !== OTHER_GROUP);
  return only === undefined ? all : all.filter((file) => areaOf(file) === only);
}

function filesIn(path) {
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  return statSync(path).isDirectory() ? globSync(`${path}/**/*.test.ts`).sort() : [path];
}

/** `unit` for test/unit/x.test.ts, `architecture` for test/architecture.test.ts. */
function areaOf(file) {
  return file.split("/")[1]?.replace(/\.test\.ts$/, "") ?? "";
}

function canShare(file) {
  return SHARED_AREAS.includes(areaOf(file)) && !needsOwnProcess(file);
}

function needsOwnProcess(file) {
  return OWN_PROCESS.test(readFileSync(file, "utf8"));
}

function rank(file) {
  const place = LONGEST_FIRST.indexOf(areaOf(file));
  return place === -1 ? LONGEST_FIRST.length : place;
}
