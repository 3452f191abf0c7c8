import { z } from "zod";
import { NotFoundError } from "../errors.ts";
import { readShape } from "./http.ts";
import type { MetricProvider, ProviderTools } from "./provider.ts";

const API = "/apis/metrics.keptn.sh";
/** Newest first; a cluster serves one of them. */
const VERSIONS = ["v1", "v1beta1"] as const;
const KeptnMetric = z.object({
  kind: z.literal("KeptnMetric"),
  status: z
    .object({ value: z.string().default(""), errMsg: z.string().default("") })
    .default({ value: "", errMsg: "" }),
});

/** The value that Keptn keeps in a KeptnMetric: `keptnmetric/<namespace>/<name>`. Analyses, which would have to be started, are not. */
export const keptn: MetricProvider = {
  title: "Keptn",
  windowed: false,
  ask: async ({ text }, { kubernetes }) => {
    const [kind, namespace = "", name = "", ...others] = text.trim().toLowerCase().split("/");
    if (kind === "analysis") throw new Error("analyses are not started by this version; name a KeptnMetric instead");
    if (kind !== "keptnmetric" || namespace === "" || name === "" || others.length > 0) {
      throw new Error("the query must be keptnmetric/<namespace>/<name>");
    }
    const { status } = readShape(await find(kubernetes, namespace, name), KeptnMetric);
    if (status.errMsg !== "") throw new Error(`it could not be measured: ${status.errMsg}`);
    if (status.value === "") return null;
    if (!/^[+-]?(\d|Inf|NaN)/.test(status.value)) throw new Error("its value is no number");
    return Number(status.value.replace("Inf", "Infinity"));
  },
};

async function find(kubernetes: ProviderTools["kubernetes"], namespace: string, name: string): Promise<unknown> {
  const [newest, older] = VERSIONS;
  const path = `namespaces/${encodeURIComponent(namespace)}/keptnmetrics/${encodeURIComponent(name)}`;
  try {
    return await kubernetes({ method: "GET", path: `${API}/${newest}/${path}` });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return kubernetes({ method: "GET", path: `${API}/${older}/${path}` });
  }
}
