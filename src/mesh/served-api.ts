import { z } from "zod";
import { NotFoundError } from "../errors.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { RouterNeeds } from "./registry.ts";

const Resources = z.object({ resources: z.array(z.object({ name: z.string() })) });

/** The first of the APIs that the cluster serves with all kinds that are needed; `null`: none. One request for each. */
export async function findServedApi(
  client: Pick<KubernetesClient, "request">,
  { apis, kinds }: Pick<RouterNeeds, "apis" | "kinds">,
): Promise<string | null> {
  for (const api of apis) {
    const served = await kindsOf(client, api);
    if (kinds.every((kind) => served.has(kind))) return api;
  }
  return null;
}

async function kindsOf(client: Pick<KubernetesClient, "request">, api: string): Promise<ReadonlySet<string>> {
  try {
    const { resources } = Resources.parse(await client.request({ method: "GET", path: api }));
    return new Set(resources.map(({ name }) => name));
  } catch (error) {
    if (error instanceof NotFoundError) return new Set();
    throw error;
  }
}
