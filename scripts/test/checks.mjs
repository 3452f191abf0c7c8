import { spawn } from "node:child_process";

/** Run by Node from node_modules: no shell, no PATH. */
const CHECKS = [
  { name: "types", command: ["node_modules/typescript/bin/tsc", "-p", "."] },
  {
    name: "lint",
    command: ["node_modules/oxlint/bin/oxlint", "--type-aware", "--deny-warnings", "src", "test", "scripts"],
  },
  {
    name: "format",
    command: [
      ...["node_modules/prettier/bin/prettier.cjs", "--check", "--log-level=warn"],
      ...[
        "--cache",
        "--cache-location=node_modules/.cache/coalmine-format",
        "src",
        "test",
        "scripts",
        "deploy",
        "*.json",
        "*.md",
      ],
      ...["--no-error-on-unmatched-pattern"],
    ],
  },
];

/** Runs all checks side by side; each counts as one test. */
export async function runChecks(tally) {
  await Promise.all(
    CHECKS.map(async ({ name, command }) => {
      const startedAt = Date.now();
      const { code, output } = await run(command);
      const tookMs = Date.now() - startedAt;
      if (code === 0) tally.passed();
      else tally.failed({ name: `check: ${name}`, detail: output });
      tally.line(code === 0, `check: ${name}`, tookMs);
    }),
  );
}

function run(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
