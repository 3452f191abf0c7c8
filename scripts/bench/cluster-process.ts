// A program of its own, so that the API server's processor time is not mixed with anybody's. See `cluster.ts`.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { z } from "zod";
import type { JsonObject } from "../../src/playground/kubernetes/json.ts";
import { startKubernetes } from "../../src/playground/kubernetes/server.ts";
import { findFreePort } from "../../src/playground/services/free-port.ts";
import { meshDefinitions, productDefinitions } from "../../src/playground/stage/samples.ts";
import { CLUSTER } from "./names.ts";

const READY_AFTER_MS = 200;
const Objects: z.ZodType<JsonObject[]> = z.array(z.record(z.string(), z.json()));

const kubernetes = await startKubernetes({
  clusterName: CLUSTER,
  image: () => ({ kind: "ready", afterMs: READY_AFTER_MS }),
  onError: (error) => process.stderr.write(`Kubernetes emulator: ${error.message}\n`),
});
await kubernetes.apply([...(await productDefinitions()), ...(await meshDefinitions())]);

/** POST takes objects to create; every answer is the count of requests so far. */
const control = createServer((request, response) => {
  const applied =
    request.method === "POST" ? json(request).then((body) => kubernetes.apply(Objects.parse(body))) : null;
  Promise.resolve(applied).then(
    () => response.end(JSON.stringify(kubernetes.requests.by())),
    (error: unknown) => response.writeHead(400).end(String(error)),
  );
});
const controlPort = await findFreePort();
control.listen(controlPort, "127.0.0.1", () => {
  const { url, kubeconfig } = kubernetes;
  process.stdout.write(`${JSON.stringify({ url, kubeconfig, control: `http://127.0.0.1:${controlPort}` })}\n`);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => process.exit(0));
