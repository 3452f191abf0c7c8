import type { JsonObject } from "../../../src/playground/kubernetes/json.ts";
import { objectAt, objectsAt, stringAt } from "../../../src/playground/kubernetes/json.ts";
import type { Api } from "../support/api.ts";
import type { Row } from "./manifests.ts";

const PLURALS = { Canary: "canaries", MetricTemplate: "metrictemplates", AlertProvider: "alertproviders" } as const;

export const collectionOf = (kind: Row["kind"], namespace: string): string =>
  `/apis/flagger.app/v1beta1/namespaces/${namespace}/${PLURALS[kind]}`;

export const manifestOf = ({ kind, spec }: Pick<Row, "kind" | "spec">, name = "shop"): JsonObject => ({
  apiVersion: "flagger.app/v1beta1",
  kind,
  metadata: { name },
  spec,
});

/** What the server would store of a manifest, defaults added and unknown fields gone; or which fields it complains about. */
export interface Offered {
  readonly spec: JsonObject | null;
  readonly complaints: readonly string[];
}

/** Asks the server without storing anything. */
export async function offer(api: Api, row: Row, namespace: string): Promise<Offered> {
  const path = `${collectionOf(row.kind, namespace)}?dryRun=All`;
  const { status, body, text } = await api.ask("POST", path, { body: manifestOf(row) });
  if (status === 201) return { spec: objectAt(body, "spec") ?? {}, complaints: [] };
  if (status !== 422) throw new Error(`${row.name}: ${status} ${text}`);
  // "<nil>" only says that rules in CEL were not looked at any more.
  const fields = objectsAt(body, "details", "causes").map((cause) => stringAt(cause, "field") ?? "");
  return { spec: null, complaints: [...new Set(fields)].filter((field) => field !== "<nil>").sort() };
}
