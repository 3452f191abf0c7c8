/** What the load tester that users of the Canary API deploy can do, and what this one makes of it. */
export interface CoverageRow {
  readonly path: string;
  readonly support: "supported" | "ours" | "not";
  readonly note?: string;
}

/** `test/unit/playground/load-tester/coverage.test.ts` keeps this equal to the routes. */
export const COVERAGE: readonly CoverageRow[] = [
  { path: "/healthz", support: "supported" },
  { path: "/gate/approve", support: "supported" },
  { path: "/gate/halt", support: "supported" },
  { path: "/gate/check", support: "supported" },
  { path: "/gate/open", support: "supported" },
  { path: "/gate/close", support: "supported" },
  { path: "/rollback/check", support: "supported" },
  { path: "/rollback/open", support: "supported" },
  { path: "/rollback/close", support: "supported" },
  {
    path: "/acceptance",
    support: "ours",
    note: "requests to the canary's Service through the mesh, one after another",
  },
  { path: "/load", support: "ours", note: "a steady load on it for a while, in the background" },
  { path: "/", support: "not", note: "tasks are shell commands, and nobody may run commands here" },
  { path: "/metrics", support: "not" },
];
