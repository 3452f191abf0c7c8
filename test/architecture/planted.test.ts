import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wrongDirections } from "./directions.ts";
import { badNames, bannedWords, environmentDifferences, readmeProblems } from "./layout.ts";
import { bareBuiltins, libraryEscapes, undeclaredLibraries } from "./libraries.ts";
import type { Project } from "./project.ts";
import { sourceFile } from "./project.ts";
import { impurities } from "./purity.ts";
import { clusterCodeInBot, danglingImports, importCycles } from "./reach.ts";

/** A project of these files; those that are no code are the others. */
function project(files: Readonly<Record<string, string>>): Project {
  const isCode = (path: string): boolean => /\.[jt]s$/.test(path);
  const entries = Object.entries(files);
  return {
    sources: entries.filter(([path]) => isCode(path)).map(([path, text]) => sourceFile(path, text)),
    others: new Map(entries.filter(([path]) => !isCode(path))),
    dependencies: ["zod", "bullmq", "ioredis", "undici", "pino", "@slack/bolt", "@kubernetes/client-node"],
  };
}

type Rule = (project: Project) => readonly string[];

/** Each row: the rule, a file that breaks it, and one that comes close but is fine. */
const planted: readonly (readonly [
  string,
  Rule,
  Readonly<Record<string, string>>,
  Readonly<Record<string, string>>,
])[] = [
  [
    "slack imports the controller",
    wrongDirections,
    { "src/slack/app.ts": 'import type { Pass } from "../controller/reconcile.ts";' },
    {
      "src/slack/app.ts":
        '// import { pass } from "../controller/reconcile.ts";\nconst text = `import "../store/x.ts"`;',
    },
  ],
  [
    "the controller imports the code of an edge",
    wrongDirections,
    { "src/controller/observe.ts": 'import {\n  readRoutes,\n} from "../mesh/router.ts";' },
    { "src/controller/observe.ts": 'import type {\n  Router,\n} from "../mesh/router.ts";' },
  ],
  [
    "a folder re-exports the playground",
    wrongDirections,
    { "src/queue/jobs.ts": 'export { fake } from "../playground/fake.ts";' },
    { "src/playground/fake.ts": 'export { weight } from "../units.ts";' },
  ],
  [
    "the playground imports product code",
    wrongDirections,
    { "src/playground/slack/server.ts": 'const card = await import("../../slack/messages/card.ts");' },
    { "src/playground/slack/server.ts": 'import "../services/log.ts";' },
  ],
  [
    "product code imports a test",
    wrongDirections,
    { "src/store/x.ts": 'import { eventually } from "../../test/support/eventually.ts";' },
    { "src/store/x.ts": 'import { weight } from "../units.ts";' },
  ],
  [
    "an edge reads package.json",
    wrongDirections,
    { "src/store/x.ts": 'import manifest from "../../package.json" with { type: "json" };' },
    { "src/worker.ts": 'import manifest from "../package.json" with { type: "json" };' },
  ],
  [
    "a message uses something impure",
    impurities,
    {
      "src/slack/messages/card.ts": 'import { post } from "../client.ts";',
      "src/slack/client.ts": "export const post = async () => 1;",
    },
    {
      "src/slack/messages/card.ts": 'import type { Post } from "../client.ts";',
      "src/slack/client.ts": "export const post = async () => 1;",
    },
  ],
  [
    "a library is used outside its folder",
    libraryEscapes,
    { "src/controller/x.ts": 'import { Queue } from "bullmq";' },
    { "src/queue/x.ts": 'import { Queue } from "bullmq";' },
  ],
  [
    "a type of a fenced library is used outside",
    libraryEscapes,
    { "src/mesh/x.ts": 'import type { Agent } from "undici";' },
    { "src/rollout/x.ts": 'import type { Block } from "@slack/types";' },
  ],
  [
    "a root uses a library itself",
    libraryEscapes,
    { "src/worker.ts": 'import { Redis } from "ioredis";' },
    { "src/playground.ts": 'import { Redis } from "ioredis";' },
  ],
  [
    "product code needs a tool of development",
    undeclaredLibraries,
    { "src/slack/x.ts": 'import { WebSocket } from "ws";' },
    { "src/slack/x.ts": 'import { z } from "zod/v4";' },
  ],
  [
    "a built-in without its prefix",
    bareBuiltins,
    { "src/store/x.ts": 'import fs from "fs";' },
    { "src/store/x.ts": 'import fs from "node:fs";' },
  ],
  [
    "a pure file waits",
    impurities,
    { "src/rollout/x.ts": "export const f = async () => 1;" },
    { "src/store/x.ts": "export const f = async () => 1;" },
  ],
  [
    "a pure file reads the clock",
    impurities,
    { "src/analysis/x.ts": "const now = Date.now();" },
    { "src/analysis/x.ts": '/** The Date. */ const text = "Date.now()"; const a = 4 / 2; // new Date()' },
  ],
  [
    "a pure file rolls dice",
    impurities,
    { "src/rollout/phases/x.ts": "const luck = Math.random();" },
    { "src/rollout/phases/x.ts": "const most = Math.max(1, 2);" },
  ],
  [
    "a pure file touches the process",
    impurities,
    { "src/slack/messages/x.ts": "const a = `${process.pid}`;" },
    { "src/slack/messages/x.ts": "const a = /process.env/.test(b.process.id);" },
  ],
  [
    "a pure file imports a built-in",
    impurities,
    { "src/slack/slash-commands/parse.ts": 'import { join } from "node:path";' },
    { "src/slack/slash-commands/start.ts": 'import { join } from "node:path";' },
  ],
  [
    "a pure file starts a timer",
    impurities,
    { "src/rollout/x.ts": "setTimeout(() => 1, 5);" },
    { "src/rollout/x.ts": "timers.setTimeout;" },
  ],
  [
    "an import leads nowhere",
    danglingImports,
    { "src/store/x.ts": 'import { y } from "./y.ts";' },
    { "src/store/x.ts": 'import { y } from "./y.ts";', "src/store/y.ts": "" },
  ],
  [
    "two files need each other",
    importCycles,
    {
      "src/store/x.ts": 'import { y } from "./y.ts";',
      "src/store/y.ts": 'import "./z.ts";',
      "src/store/z.ts": 'export { x } from "./x.ts";',
    },
    { "src/store/x.ts": 'import { y } from "./y.ts";', "src/store/y.ts": 'import type { X } from "./x.ts";' },
  ],
  [
    "the bot reaches the cluster library by a detour",
    clusterCodeInBot,
    {
      "src/bot.ts": 'import "./queue/a.ts";',
      "src/queue/a.ts": 'import "./b.ts";',
      "src/queue/b.ts": 'await import("@kubernetes/client-node");',
    },
    {
      "src/bot.ts": 'import "./queue/a.ts";',
      "src/queue/a.ts": 'import type { V1Pod } from "@kubernetes/client-node";',
    },
  ],
  [
    "the bot reaches cluster code of ours",
    clusterCodeInBot,
    { "src/bot.ts": 'import { a } from "./queue/a.ts";', "src/queue/a.ts": 'import "../kubernetes/client.ts";' },
    {
      "src/bot.ts": 'import { a } from "./queue/a.ts";',
      "src/queue/a.ts": 'type C = import("../kubernetes/client.ts").Client;',
    },
  ],
  ["an index file", badNames, { "src/store/index.ts": "" }, { "src/store/index-of.ts": "" }],
  ["a folder that names nothing", badNames, { "src/utils/time.ts": "" }, { "src/telemetry/time.ts": "" }],
  ["a name in camel case", badNames, { "src/store/canaryStore.ts": "" }, { "src/store/canary-store.ts": "" }],
  [
    "an enum",
    bannedWords,
    { "src/store/x.ts": "export const enum Phase { Up }" },
    { "src/store/x.ts": "const enumerate = { enum: [1] };" },
  ],
  [
    "a silenced linter",
    bannedWords,
    { "src/store/x.ts": "// oxlint-disable-next-line no-console" },
    { "src/store/x.ts": 'const text = "// eslint-disable";' },
  ],
  [
    "the environment is read",
    bannedWords,
    { "src/store/x.ts": "const { env } = process; process.env.X;" },
    { "src/config.ts": "process.env" },
  ],
  [
    "a barrel",
    bannedWords,
    { "src/store/x.ts": 'export * from "./y.ts";' },
    { "src/store/x.ts": "export const a = 2 * from;" },
  ],
  [
    "a folder without README",
    readmeProblems,
    { "src/playground/mesh/a.ts": "", "src/playground/README.md": "x" },
    { "src/mesh/a.ts": "", "src/mesh/README.md": "x" },
  ],
  [
    "a README that is too long",
    readmeProblems,
    { "src/mesh/a.ts": "", "src/mesh/README.md": "x\n".repeat(21) },
    { "src/mesh/a.ts": "", "src/mesh/README.md": "x\n".repeat(20) },
  ],
  [
    "a variable that the example lacks",
    environmentDifferences,
    {
      "src/config.ts": "const Env = z.object({ REDIS_URL: z.url(), PORT: z.int() });",
      ".env.example": "REDIS_URL=redis://localhost\n",
    },
    {
      "src/config.ts": "const Env = z.object({ REDIS_URL: z.url(), PORT: z.int() });",
      ".env.example": "REDIS_URL=x\n# PORT=80\n",
    },
  ],
  [
    "a variable that nothing reads",
    environmentDifferences,
    { "src/config.ts": 'const url = env["REDIS_URL"];', ".env.example": "REDIS_URL=x\nOLD=1\n" },
    { "src/config.ts": 'const url = env["REDIS_URL"];', ".env.example": "REDIS_URL=x\n" },
  ],
];

describe("the rules of the architecture", () => {
  for (const [name, violationsIn, broken, fine] of planted) {
    it(`see that ${name}`, () => {
      assert.equal(violationsIn(project(broken)).length, 1, JSON.stringify(violationsIn(project(broken))));
      assert.deepEqual(violationsIn(project(fine)), []);
    });
  }
});
