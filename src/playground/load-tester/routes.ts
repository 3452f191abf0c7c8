import { z } from "zod";
import type { Gates, GateKind } from "./gates.ts";
import { tryOut, type Loads } from "./trials.ts";

/** What a path works with. */
export interface Tester {
  readonly gates: Gates;
  readonly loads: Loads;
  /** The mesh's ingress, by which all services are reached. */
  readonly meshUrl: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What a webhook brings, as far as it matters here. */
const Payload = z.object({
  name: z.string().min(1),
  namespace: z.string().min(1),
  metadata: z.record(z.string(), z.string()).default({}),
});
type Payload = z.infer<typeof Payload>;

interface Route {
  /** `any` reads no body; `payload` wants a POST with a webhook's payload. */
  readonly takes: "any" | "payload";
  readonly answer: (tester: Tester, payload: Payload) => Answer | Promise<Answer>;
}

const say = (status: number, text = ""): Answer => ({ status, text });
const fixed = (status: number, text: string): Route => ({ takes: "any", answer: () => say(status, text) });

/** Asking whether it is open, opening it, closing it. */
function gate(kind: GateKind): Readonly<Record<"check" | "open" | "close", Route>> {
  const set = (open: boolean): Route => ({
    takes: "payload",
    answer: ({ gates }, canary) => {
      gates.set(kind, canary, open);
      return say(202);
    },
  });
  const answer: Route["answer"] = ({ gates }, canary) =>
    gates.isOpen(kind, canary) ? say(200, "Approved") : say(403, "Forbidden");
  return { check: { takes: "payload", answer }, open: set(true), close: set(false) };
}

const { check, open, close } = gate("gate");
const rollback = gate("rollback");

/** Every path. `coverage.ts` says what else the load tester that this one stands in for can do. */
export const ROUTES: Readonly<Record<string, Route>> = {
  "/healthz": fixed(200, "OK"),
  "/gate/approve": fixed(200, "OK"),
  "/gate/halt": fixed(403, "Forbidden"),
  "/gate/check": check,
  "/gate/open": open,
  "/gate/close": close,
  "/rollback/check": rollback.check,
  "/rollback/open": rollback.open,
  "/rollback/close": rollback.close,
  "/acceptance": { takes: "payload", answer: acceptance },
  "/load": { takes: "payload", answer: load },
};

/** A whole number in a webhook's metadata, which knows only texts. */
const whole = (fallback: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(most))
    .optional()
    .transform((given) => given ?? fallback);
const HOST = z.string().regex(/^[a-z0-9.-]+$/);
const PATH = z.string().startsWith("/").default("/");

const Acceptance = z.object({ host: HOST.optional(), path: PATH, requests: whole(5, 100) });
const LoadWish = z.object({ host: HOST.optional(), path: PATH, perSecond: whole(10, 200), seconds: whole(30, 600) });

/** Whom a webhook means unless it says otherwise: the canary's own Service. */
const canaryHost = ({ name, namespace }: Payload): string => `${name}-canary.${namespace}`;

async function acceptance({ meshUrl }: Tester, payload: Payload): Promise<Answer> {
  const wish = Acceptance.safeParse(payload.metadata);
  if (!wish.success) return say(400, describe(wish.error));
  const { host = canaryHost(payload), path, requests } = wish.data;
  const failures = await tryOut({ meshUrl, host, path }, requests);
  if (failures.length === 0) return say(200, `${requests} of ${requests} requests to ${host} succeeded`);
  return say(500, `${failures.length} of ${requests} requests to ${host} failed: ${[...new Set(failures)].join(", ")}`);
}

function load({ meshUrl, loads }: Tester, payload: Payload): Answer {
  const wish = LoadWish.safeParse(payload.metadata);
  if (!wish.success) return say(400, describe(wish.error));
  const { host = canaryHost(payload), path, perSecond, seconds } = wish.data;
  const isNew = loads.begin({ meshUrl, host, path }, { perSecond, seconds });
  return say(
    202,
    isNew ? `${perSecond} requests a second to ${host} for ${seconds} s` : `${host} has its load already`,
  );
}

/** Reads the payload of a webhook, or says what is wrong with it. */
export function readPayload(body: string): Payload | Answer {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return say(400, "the body is no JSON");
  }
  const payload = Payload.safeParse(json);
  return payload.success ? payload.data : say(400, describe(payload.error));
}

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; ");
}
