import { z } from "zod";
import type { KubernetesClient } from "../kubernetes/client.ts";

/** What a Secret of an AlertProvider holds. */
export interface Credentials {
  readonly address: string;
  /** Empty where there is none. */
  readonly token: string;
}

/** Reads the credentials of a provider. Rejects with what is wrong, in words that hold none of them. */
export type ReadCredentials = (secret: { readonly namespace: string; readonly name: string }) => Promise<Credentials>;

const Secret = z.object({ data: z.record(z.string(), z.string()).nullish() });

/** Asks for one Secret by its name when an alert is sent: none is listed, watched or kept. */
export function createSecretReader(client: Pick<KubernetesClient, "request">): ReadCredentials {
  return async ({ namespace, name }) => {
    const path = `/api/v1/namespaces/${namespace}/secrets/${encodeURIComponent(name)}`;
    const answer = await client.request({ method: "GET", path });
    const data = Secret.safeParse(answer).data?.data ?? {};
    const valueOf = (key: string) =>
      Buffer.from(data[key] ?? "", "base64")
        .toString("utf8")
        .trim();
    const [address, token] = [valueOf("address"), valueOf("token")];
    if (address === "") throw new Error(`the Secret ${name} has no key "address"`);
    return { address, token };
  };
}
