// `npm run bundle`: dist/bot.js and dist/worker.js, one minified file each, which is all that the image runs.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./setup/root.mjs";

const CLUSTER_LIBRARY = "node_modules/@kubernetes/client-node/";

rmSync(join(ROOT, "dist"), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: ["src/bot.ts", "src/worker.ts"],
  outdir: "dist",
  bundle: true,
  minify: true,
  // Error names are told to people and looked for by alerts.
  keepNames: true,
  platform: "node",
  format: "esm",
  target: "node24",
  // Libraries in CommonJS call require() for Node's own modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  // Optional and native: msgpackr does without when it is absent.
  external: ["msgpackr-extract"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const strangers = Object.keys(metafile.outputs["dist/bot.js"].inputs).filter((path) => path.includes(CLUSTER_LIBRARY));
if (strangers.length > 0) {
  rmSync(join(ROOT, "dist"), { recursive: true, force: true });
  throw new Error(`the bot's bundle contains cluster code: ${strangers.slice(0, 3).join(", ")} …`);
}
for (const [path, { bytes }] of Object.entries(metafile.outputs))
  console.log(`${path}  ${(bytes / 1024 ** 2).toFixed(1)} MiB`);
