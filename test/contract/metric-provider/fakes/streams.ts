import { createVerify, generateKeyPairSync } from "node:crypto";
import { firstWrong, json, type Fake, type Reply, type Seen } from "./fake.ts";

export const influxdb: Fake = {
  text: 'from(bucket: "default")\n  |> range(start: -1m)\n  |> count()',
  secret: { token: "t0ken-of-influx", org: "shop" },
  refusal: ({ method, path, query, headers, body }) => {
    const asked = JSON.parse(body);
    return firstWrong({
      "POST /api/v2/query": method === "POST" && path === "/api/v2/query",
      "the organisation": query.get("org") === "shop",
      "JSON for CSV": headers["content-type"] === "application/json" && headers["accept"] === "application/csv",
      "the text as it is": asked.query === influxdb.text && asked.type === "flux",
    });
  },
  trusts: ({ headers }) => headers["authorization"] === "Token t0ken-of-influx",
  answer: (values, at) =>
    csv(values.map((value, index) => `,,0,${new Date(at + index).toISOString()},${value ?? ""},"a ""b"", c"`)),
  nothing: () => ({ status: 200, type: "text/csv", body: "\r\n" }),
  twice: (at) => csv([0, 1].map((table) => `,,${table},${new Date(at).toISOString()},1,x`)),
  failure: () => ({
    status: 200,
    type: "text/csv",
    body: "#datatype,string,string\r\n,error,reference\r\n,too slow,897\r\n",
  }),
  takes: 3,
  infinity: csv([`,,0,2026-01-01T00:00:00Z,+Inf,x`]),
};

function csv(records: readonly string[]): Reply {
  const head = [
    "#datatype,string,long,dateTime:RFC3339,double,string",
    "#group,false,false,false,false,true",
    "#default,_result,,,,",
    ",result,table,_time,_value,label",
  ];
  return { status: 200, type: "text/csv; charset=utf-8", body: [...head, ...records, "", ""].join("\r\n") };
}

export const splunk: Fake = {
  text: "data('errors', filter=filter('app', 'shop')).sum().publish()",
  secret: { sf_token_key: "t0ken-of-splunk" },
  refusal: ({ method, path, query, headers, body }, { at, window }) =>
    firstWrong({
      "POST /v2/signalflow/execute": method === "POST" && path === "/v2/signalflow/execute",
      "ten windows": query.get("start") === String(at - 10 * window) && query.get("stop") === String(at),
      "what there is": query.get("immediate") === "true",
      "the program": headers["content-type"] === "text/plain" && body === splunk.text,
    }),
  trusts: ({ headers }) => headers["x-sf-token"] === "t0ken-of-splunk",
  answer: (values) => events(...values.map((value) => dataEvent([{ tsId: "AAA", value }])), END),
  nothing: () => events(END),
  twice: () =>
    events(
      dataEvent([
        { tsId: "AAA", value: 1 },
        { tsId: "BBB", value: 1 },
      ]),
      END,
    ),
  failure: () => events('event: error\ndata: {"error": 400, "message": "bad program"}'),
  takes: 3,
  infinity: events(
    'event: data\ndata: {"data": [{"tsId": "AAA", "value": "Infinity"}]}',
    'event: control-message\ndata: {"event": "END_OF_CHANNEL"}',
  ),
};

const END = 'event: control-message\ndata: {\ndata:   "event" : "END_OF_CHANNEL"\ndata: }';
const dataEvent = (data: readonly object[]) => `event: data\ndata: ${JSON.stringify({ data, logicalTimestampMs: 1 })}`;

function events(...blocks: readonly string[]): Reply {
  const start = 'event: control-message\ndata: {"event": "STREAM_START"}';
  return { status: 200, type: "text/event-stream", body: [start, ...blocks, ""].join("\n\n") };
}

const PAIR = generateKeyPairSync("rsa", { modulusLength: 2048 });
/** Google's token comes from the same fake host; the key says so. */
export const serviceAccountKey = (address: string): string =>
  JSON.stringify({
    client_email: "coalmine@shop.iam.gserviceaccount.com",
    private_key: PAIR.privateKey.export({ type: "pkcs8", format: "pem" }),
    token_uri: `${address}/token`,
  });

export const stackdriver: Fake = {
  text: "fetch k8s_container | metric 'x' | within 1m",
  secret: { project: "shop-prod" },
  refusal: (seen) => {
    if (seen.path === "/token") return isSigned(seen) ? "" : "a signed assertion";
    return firstWrong({
      "the project's path": seen.method === "POST" && seen.path === "/v3/projects/shop-prod/timeSeries:query",
      "the query": JSON.parse(seen.body).query === stackdriver.text,
    });
  },
  trusts: ({ path, headers }) => path === "/token" || headers["authorization"] === "Bearer t0ken-of-google",
  answer: (values) => series([values.toReversed().filter((value) => value !== null)]),
  nothing: () => json({ timeSeriesDescriptor: { labelDescriptors: [] } }),
  twice: () => series([[1], [2]]),
  failure: () =>
    json({ timeSeriesDescriptor: {}, timeSeriesData: [], partialErrors: [{ code: 4, message: "deadline exceeded" }] }),
  takes: 3,
};

function series(found: readonly (readonly number[])[]) {
  const timeSeriesData = found.map((values) => {
    return {
      labelValues: [],
      pointData: values.map((doubleValue) => ({ values: [{ doubleValue }], timeInterval: {} })),
    };
  });
  return json({ timeSeriesDescriptor: {}, timeSeriesData });
}

function isSigned({ body, headers }: Seen): boolean {
  const assertion = new URLSearchParams(body).get("assertion") ?? "";
  const [head = "", claims = "", signature = ""] = assertion.split(".");
  const said = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
  const audience = `http://${headers["host"]}/token`;
  const verified = createVerify("RSA-SHA256")
    .update(`${head}.${claims}`)
    .verify(PAIR.publicKey, signature, "base64url");
  return verified && said.aud === audience && said.scope === "https://www.googleapis.com/auth/monitoring.read";
}
