import { randomUUID } from "node:crypto";
import { createCommandSender } from "../../src/queue/sender.ts";
import { signCommand } from "../../src/queue/signature.ts";
import type { RolloutCommand } from "../../src/rollout/command.ts";
import { timestamp } from "../../src/units.ts";
import { CLUSTER, type CanaryName } from "./names.ts";

/** Puts signed commands into Redis, as a bot does. */
export interface Commander {
  /** Resolves when the job stands in Redis. `image` is for `start`. */
  send(verb: RolloutCommand["verb"], canary: CanaryName, image?: string): Promise<void>;
  close(): Promise<void>;
}

const VALID_MS = 600_000;
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function openCommander(redisUrl: string, key: string): Commander {
  const sender = createCommandSender({ redisUrl, log: quiet });
  return {
    send: (verb, { namespace, name }, image = "") => {
      const now = Date.now();
      const command: RolloutCommand = {
        id: randomUUID(),
        verb,
        cluster: CLUSTER,
        namespace,
        name,
        uid: "",
        rollout: "",
        gate: null,
        revision: null,
        image,
        reason: "",
        actor: { kind: "slack", user: "U0BENCH0001", name: "bench" },
        roles: [],
        channel: "C0BENCH0001",
        via: "bench",
        issuedAt: timestamp(now),
        expiresAt: timestamp(now + VALID_MS),
      };
      return sender.send(signCommand(command, key));
    },
    close: () => sender.close(),
  };
}
