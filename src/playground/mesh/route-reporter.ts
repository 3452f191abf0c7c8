import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Log } from "../services/log.ts";
import { reasonOf } from "../services/log.ts";
import type { Change } from "./kubernetes-watch.ts";

const Route = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), generation: z.number().default(0) }),
  spec: z.object({ parentRefs: z.array(z.record(z.string(), z.unknown())).default([]) }).default({ parentRefs: [] }),
  status: z.object({ parents: z.array(z.record(z.string(), z.unknown())).default([]) }).default({ parents: [] }),
});

const CONTROLLER = "coalmine.dev/playground";

export interface RouteReporter {
  /** Says in an HTTPRoute's status that it has arrived; `reason` is why it was refused. */
  report(change: Change, reason: string | undefined): void;
  stop(): void;
}

/** Writes the status of HTTPRoutes, as what routes by them must. */
export function startRouteReporter({
  kubernetesUrl,
  log,
}: {
  readonly kubernetesUrl: string;
  readonly log: Log;
}): RouteReporter {
  const stopping = new AbortController();
  const { signal } = stopping;
  const write = async (change: Change, reason: string | undefined): Promise<void> => {
    if (change.kind === "deleted") return;
    const { metadata, spec, status } = Route.parse(change.object);
    const parents = spec.parentRefs.map((parentRef) => ({
      parentRef,
      controllerName: CONTROLLER,
      conditions: [conditionOf(metadata.generation, reason)],
    }));
    if (isDeepStrictEqual(withoutTimes(status.parents), withoutTimes(parents))) return;
    const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${metadata.namespace}/httproutes/${metadata.name}/status`;
    const headers = { "content-type": "application/merge-patch+json" };
    const body = JSON.stringify({ status: { parents } });
    const answer = await fetch(kubernetesUrl + path, { method: "PATCH", headers, body, signal });
    if (!answer.ok && answer.status !== 404) throw new Error(`status ${answer.status}: ${await answer.text()}`);
  };
  return {
    report: (change, reason) => {
      write(change, reason).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ key: change.key, reason: reasonOf(error) }, "could not report on a route");
      });
    },
    stop: () => stopping.abort(),
  };
}

function conditionOf(observedGeneration: number, reason: string | undefined): Record<string, unknown> {
  return {
    type: "Accepted",
    status: reason === undefined ? "True" : "False",
    reason: reason === undefined ? "Accepted" : "UnsupportedValue",
    message: reason ?? "",
    observedGeneration,
    lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  };
}

const Conditions = z.object({ conditions: z.array(z.record(z.string(), z.unknown())) });

function withoutTimes(parents: readonly Record<string, unknown>[]): unknown {
  return parents.map((parent) => {
    const { conditions = [] } = Conditions.safeParse(parent).data ?? {};
    return { ...parent, conditions: conditions.map(({ lastTransitionTime: _, ...rest }) => rest) };
  });
}
