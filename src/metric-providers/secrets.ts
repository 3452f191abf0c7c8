import { z } from "zod";
import { explain, NotFoundError, RefusedError } from "../errors.ts";
import type { ProviderTools } from "./provider.ts";

/** What a Secret holds, by key. */
export type ReadSecret = (namespace: string, name: string) => Promise<Readonly<Record<string, string>>>;

const SecretObject = z.object({ data: z.record(z.string(), z.base64()).default({}) });

/**
 * Reads one Secret by its name, each time anew: nothing of it stays here. White space around a value is cut off, which is what an
 * editor left there. Throws, without a word of what it holds.
 */
export function openSecrets(kubernetes: ProviderTools["kubernetes"]): ReadSecret {
  return async (namespace, name) => {
    const which = `the Secret ${namespace}/${name}`;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
    let answer: unknown;
    try {
      answer = await kubernetes({ method: "GET", path });
    } catch (error) {
      if (error instanceof NotFoundError) throw new Error(`${which} does not exist`);
      if (error instanceof RefusedError) throw new Error(`${which} may not be read; grant get on it to the worker`);
      throw new Error(`${which} could not be read: ${explain(error)}`);
    }
    const read = SecretObject.safeParse(answer);
    if (!read.success) throw new Error(`${which} is not one of the API server's`);
    const entries = Object.entries(read.data.data);
    return Object.fromEntries(
      entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8").trim()]),
    );
  };
}
