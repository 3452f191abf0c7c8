import { z } from "zod";
import { GATES } from "../canary.ts";

/** Whole lengths of time such as `90s`, `15m`, `1h30m`. */
const duration = z.string().regex(/^([0-9]+(h|m|s))+$/);

const Approval = z.strictObject({
  gate: z.enum(GATES).describe("Where the rollout waits"),
  group: z.string().describe("Group of the policy file; empty: everyone who may approve").optional(),
  count: z.int().min(1).max(20).describe("How many different people; 1 when left out").optional(),
  notStarter: z.boolean().describe("Do not count the person who started; false when left out").optional(),
  timeout: duration.describe("How long to wait; without limit when left out").optional(),
  onTimeout: z.enum(["hold", "rollback"]).describe("What happens then; hold when left out").optional(),
});

const Judge = z.strictObject({
  kind: z.enum(["threshold", "sequential"]).optional(),
  falseAlarm: z.number().min(0).max(1).optional(),
  harm: z.number().min(0).max(1).optional(),
});

const Severe = z.strictObject({
  successRate: z.number().min(0).max(100).optional(),
  duration: z.number().min(0).optional(),
});

/** `spec.rollout`: everything that Coalmine adds to a Canary. All of it may be left out. */
export const RolloutBlock = z.strictObject({
  start: z.enum(["auto", "chat"]).describe("Whether a new revision starts at once or waits for a person").optional(),
  channel: z.string().max(80).describe("Slack channel for announcements").optional(),
  approvals: z.array(Approval).max(3).describe("Points where people must agree").optional(),
  judge: Judge.describe("How measurements are judged").optional(),
  severe: Severe.describe("Limits that end the rollout between two passes").optional(),
  inconclusive: z
    .strictObject({
      askAfter: duration.describe("When to ask a person; 10m when left out").optional(),
      rollbackAfter: duration.describe("When to roll back; 1h when left out").optional(),
    })
    .describe("What happens while the checks give no verdict")
    .optional(),
});
export type RolloutBlock = z.infer<typeof RolloutBlock>;
