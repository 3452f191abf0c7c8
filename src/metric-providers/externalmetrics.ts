import { z } from "zod";
import { readJson, readShape, under } from "./http.ts";
import type { MetricProvider } from "./provider.ts";
import { readQuantity } from "./quantity.ts";
import { onlyOne } from "./settings.ts";

const API = "/apis/external.metrics.k8s.io/v1beta1";
const Answer = z.object({ items: z.array(z.object({ value: z.string() })) });

/**
 * Kubernetes' external metrics API: `<namespace>/<metric>?labelSelector=…`. Asks the cluster itself, unless the template names another
 * API server and the token for it.
 */
export const externalmetrics: MetricProvider = {
  title: "The external metrics API",
  windowed: false,
  ask: async ({ text, settings, secret, signal }, { send, kubernetes }) => {
    const path = pathOf(text.trim());
    const answer =
      settings.address === ""
        ? readShape(await kubernetes({ method: "GET", path }), Answer)
        : readJson(
            await send({
              method: "GET",
              url: withQuery(settings.address, path),
              headers: {
                accept: "application/json",
                ...(secret?.["token"] === undefined ? {} : { authorization: `Bearer ${secret["token"]}` }),
              },
              insecure: settings.insecureSkipVerify,
              signal,
            }),
            Answer,
          );
    const item = onlyOne(answer.items, "values");
    return item === undefined ? null : readQuantity(item.value);
  },
};

function pathOf(text: string): string {
  const [name = "", query = ""] = split(text, "?");
  const parts = name.split("/").filter((part) => part !== "");
  const [namespace = "default", metric = ""] = parts.length === 1 ? ["default", ...parts] : parts;
  if (metric === "" || parts.length > 2) throw new Error("the query must be <namespace>/<metric>?labelSelector=…");
  const parameters = new URLSearchParams(query).toString();
  const path = `${API}/namespaces/${encodeURIComponent(namespace)}/${encodeURIComponent(metric)}`;
  return parameters === "" ? path : `${path}?${parameters}`;
}

function withQuery(address: string, path: string): URL {
  const [name = "", query = ""] = split(path, "?");
  const url = under(address, name);
  url.search = query;
  return url;
}

function split(text: string, at: string): readonly string[] {
  const index = text.indexOf(at);
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
