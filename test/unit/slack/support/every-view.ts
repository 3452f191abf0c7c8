import type { CanaryView } from "../../../../src/rollout/view.ts";
import { millis, weight } from "../../../../src/units.ts";
import { STRATEGY_VIEWS } from "./strategy-views.ts";
import {
  ana,
  at,
  bad,
  cluster,
  failed,
  gate,
  latency,
  lee,
  NOON,
  progressing,
  revision,
  succeeded,
  successRate,
  waitingForApproval,
} from "./views.ts";

/** Every view that has a golden card, by name. */
export const VIEWS: Readonly<Record<string, CanaryView>> = {
  initializing: progressing({
    phase: "initializing",
    peerPhase: "Initializing",
    startedBy: cluster,
    weight: weight(0),
    observedWeight: null,
    promoted: null,
    step: 0,
    evidence: [],
  }),
  initialized: progressing({
    phase: "initialized",
    peerPhase: "Initialized",
    startedBy: cluster,
    weight: weight(0),
    observedWeight: weight(0),
    revision: revision("6.0.0", "b"),
    step: 0,
    evidence: [],
    nextPassAt: null,
  }),
  waiting: progressing({
    phase: "waiting",
    peerPhase: "Waiting",
    startedBy: cluster,
    weight: weight(0),
    step: 0,
    evidence: [],
  }),
  "first-step": progressing({ weight: weight(0), observedWeight: weight(0), step: 0, evidence: [] }),
  progressing: progressing(),
  "one-failed": progressing({ failedChecks: 1, evidence: [bad, latency()], observedWeight: weight(5) }),
  "no-verdict": progressing({
    evidence: [
      successRate({
        verdict: "inconclusive",
        value: null,
        primary: null,
        samples: null,
        problem: "no requests in the window",
      }),
      latency({ verdict: "error", value: null, primary: null, samples: null, problem: "Prometheus answered 503" }),
    ],
  }),
  paused: progressing({ pause: { by: ana, at: at(70), reason: "looking at the <login> logs & more" } }),
  "not-ready": progressing({ weight: weight(0), step: 0, evidence: [], stuck: "canary: ImagePullBackOff" }),
  "invalid-manifest": progressing({
    invalid: { path: "spec.analysis.stepWeight", problem: "must be 1 to 100", fix: "Set it to 10, for example." },
  }),
  "waiting-for-approval": waitingForApproval(),
  "half-approved": waitingForApproval({
    gate: {
      ...gate,
      count: 2,
      notStarter: false,
      until: null,
      onTimeout: "hold",
      have: [
        {
          gate: "confirm-promotion",
          revision: revision("6.1.0", "a").hash,
          user: "U0LEE00001",
          name: "lee",
          roles: ["release-approvers"],
          at: at(65),
          command: "c-1",
        },
      ],
    },
  }),
  promoting: progressing({
    phase: "promoting",
    peerPhase: "Promoting",
    weight: weight(50),
    observedWeight: weight(50),
    step: 4,
  }),
  finalising: progressing({
    phase: "finalising",
    peerPhase: "Finalising",
    weight: weight(0),
    step: 4,
    promoted: revision("6.1.0", "a"),
  }),
  succeeded: succeeded(),
  "rolling-back": failed({ phase: "rolling-back", peerPhase: "Progressing" }),
  failed: failed(),
  "failed-promotion": failed({
    weight: weight(100),
    rollback: {
      cause: "promotion-failed",
      detail: "CrashLoopBackOff: back-off restarting failed container",
      by: null,
      at: at(180),
    },
  }),
  "rolled-back-by-a-person": failed({
    evidence: [successRate(), latency()],
    failedChecks: 0,
    rollback: { cause: "asked", detail: "login is broken", by: lee, at: at(180) },
  }),
  ...STRATEGY_VIEWS,
};

const long = (letter: string, length: number): string => letter.repeat(length);

/** The longest and most hostile texts that can reach a renderer. */
export function worst(): CanaryView {
  const hostile = `<!channel> <@U0ANA00001> &amp; *${long("&", 4000)}* \`${long("<", 4000)}\` \u202e\u200b @here`;
  const checks = Array.from({ length: 60 }, (_, index) => ({
    name: `${long("m", 200)}-${index}`,
    subject: "other",
    min: 1 / 3,
    max: 1e21,
    window: millis(86_400_000),
  }));
  const evidence = checks.map((check) =>
    successRate({ check: check.name, verdict: "error", value: null, problem: hostile, query: hostile }),
  );
  return waitingForApproval({
    cluster: long("c", 63),
    namespace: long("n", 63),
    name: long("p", 253),
    revision: {
      ...revision(long("😀", 200), "d"),
      images: [],
      configs: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`secret/${long("s", 240)}-${index}`, "x"])),
    },
    startedBy: { kind: "slack", user: "U0ANA00001", name: hostile },
    steps: Array.from({ length: 100 }, (_, index) => weight(index + 1)),
    step: 50,
    checks,
    evidence,
    stuck: hostile,
    pause: { by: { ...ana, name: hostile }, at: NOON, reason: hostile },
    rollback: { cause: "failed-checks", detail: hostile, by: { ...lee, name: hostile }, at: NOON },
    invalid: { path: hostile, problem: hostile, fix: hostile },
    hookFailures: Array.from({ length: 3 }, () => ({
      hook: long("h", 300),
      type: "rollout" as const,
      problem: hostile,
      at: NOON,
    })),
    kept: [{ label: hostile, missing: hostile }],
    gate: { ...gate, group: long("g", 300), count: 50, hooks: Array<string>(60).fill(long("h", 300)) },
  });
}
