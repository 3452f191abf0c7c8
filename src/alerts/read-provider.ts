import { z } from "zod";
import { PROVIDER_TYPES, type ProviderType } from "./registry.ts";

/** An AlertProvider object, understood. */
export interface AlertProvider {
  readonly type: ProviderType;
  readonly channel: string;
  readonly username: string;
  /** Unused where a Secret holds it. */
  readonly address: string;
  /** Name of a Secret in the same namespace; empty: there is none. */
  readonly secret: string;
  /** URL of an HTTP proxy; empty: none. */
  readonly proxy: string;
}

/** `problem` names the field that is wrong, and how. */
export type ReadProvider =
  { readonly provider: AlertProvider; readonly problem: "" } | { readonly provider: null; readonly problem: string };

const text = z
  .string()
  .nullish()
  .transform((given) => given ?? "");

const Spec = z
  .object({
    type: z.enum(PROVIDER_TYPES),
    channel: text,
    username: text,
    address: text,
    proxy: text,
    // It becomes part of a request's path.
    secretRef: z.object({ name: z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/) }).nullish(),
  })
  .refine(({ address, secretRef }) => address !== "" || secretRef, { error: "it has neither address nor secretRef" });
const Stored = z.object({ spec: Spec });

/** Reads an AlertProvider object. Never throws: it is other people's text. */
export function readProvider(object: unknown): ReadProvider {
  const parsed = Stored.safeParse(object);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { provider: null, problem: `${issue?.path.join(".") ?? "spec"}: ${issue?.message ?? "it is unknown"}` };
  }
  const { type, channel, username, address, proxy, secretRef } = parsed.data.spec;
  const provider: AlertProvider = {
    type,
    channel: channel || "general",
    username: username || "coalmine",
    address,
    secret: secretRef?.name ?? "",
    proxy,
  };
  return { provider, problem: "" };
}
