import { get, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { z } from "zod";

/** Follows the weights of all VirtualServices through a watch of the bench's own. Moments are those of `performance.now()`. */
export interface RouteWatch {
  /** Percent of traffic that the canary of this name has; 0 before there is a route. */
  weightOf(name: string): number;
  /** How often a canary's weight has risen, over all canaries: each is one tick that advanced. */
  raises(): number;
  /** When the canary's traffic was last seen to have gone from some to none. */
  emptiedAt(name: string): number | undefined;
  stop(): void;
}

const WatchEvent = z.object({
  type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]),
  object: z.object({
    metadata: z.object({ name: z.string().optional() }),
    spec: z
      .object({
        http: z
          .array(
            z.object({
              route: z
                .array(z.object({ destination: z.object({ host: z.string() }), weight: z.number().default(0) }))
                .default([]),
            }),
          )
          .default([]),
      })
      .optional(),
  }),
});

const PATH = "/apis/networking.istio.io/v1beta1/virtualservices?watch=true&timeoutSeconds=86400";

/** Resolves when the watch is open. `onLost` hears when the server ends it, which spoils the measurement. */
export async function watchRoutes(kubernetesUrl: string, onLost: () => void): Promise<RouteWatch> {
  const weights = new Map<string, number>();
  const emptied = new Map<string, number>();
  let raises = 0;
  const note = (line: string): void => {
    const at = performance.now();
    const { object } = WatchEvent.parse(JSON.parse(line));
    const { name } = object.metadata;
    if (name === undefined || object.spec === undefined) return;
    const before = weights.get(name) ?? 0;
    const destinations = object.spec.http[0]?.route ?? [];
    const weight = destinations.find(({ destination }) => destination.host.startsWith(`${name}-canary`))?.weight ?? 0;
    weights.set(name, weight);
    if (weight > before) raises += 1;
    if (weight === 0 && before > 0) emptied.set(name, at);
  };
  const answer = await open(`${kubernetesUrl}${PATH}`);
  let stopped = false;
  createInterface({ input: answer }).on("line", note);
  answer.once("close", () => stopped || onLost());
  return {
    weightOf: (name) => weights.get(name) ?? 0,
    raises: () => raises,
    emptiedAt: (name) => emptied.get(name),
    stop: () => {
      stopped = true;
      answer.destroy();
    },
  };
}

function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { "user-agent": "bench", accept: "application/json" } }, (answer) => {
      if (answer.statusCode === 200) resolve(answer);
      else reject(new Error(`while watching routes: the API server answered ${answer.statusCode}`));
    }).once("error", reject);
  });
}
