import { z } from "zod";
import type { Stage, StagedCluster } from "./stage.ts";

const CanaryList = z.object({
  items: z.array(
    z.object({ metadata: z.object({ name: z.string() }), status: z.object({ phase: z.string() }).optional() }),
  ),
});

const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 120_000;

/** Waits until every sample canary has been bootstrapped. Names the ones that are missing when it takes two minutes. */
export async function untilInitialized({ clusters }: Pick<Stage, "clusters">, signal: AbortSignal): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  let missing = ["all"];
  while (missing.length > 0 && !signal.aborted) {
    if (Date.now() > giveUpAt)
      throw new Error(`while waiting for the sample canaries: not initialized yet: ${missing.join(", ")}`);
    missing = (await Promise.all(clusters.map(uninitialized))).flat();
    if (missing.length > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function uninitialized({ kubernetes }: StagedCluster): Promise<string[]> {
  const response = await fetch(`${kubernetes.url}/apis/flagger.app/v1beta1/canaries`);
  const { items } = CanaryList.parse(await response.json());
  const waiting = items.filter(({ status }) => !status || status.phase === "" || status.phase === "Initializing");
  return waiting.map(({ metadata }) => metadata.name);
}
