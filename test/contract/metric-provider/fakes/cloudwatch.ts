import { signAws } from "../../../../src/metric-providers/aws-signature.ts";
import { firstWrong, json, type Fake, type Seen } from "./fake.ts";

export const AWS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret-of-aws", sessionToken: "session-of-aws" };
const REGION = "eu-west-1";

const QUERIES = [
  {
    Id: "m1",
    MetricStat: { Metric: { Namespace: "App", MetricName: "errors" }, Period: 60, Stat: "Sum" },
    ReturnData: false,
  },
  { Id: "e1", Expression: "m1 * 2", Label: "ErrorRate" },
  { Id: "e2", Expression: "m1 * 3", Label: "Another" },
];

/** The signing itself is held to AWS's published example in a unit test; here, to the request as it arrives. */
export const cloudwatch: Fake = {
  text: JSON.stringify(QUERIES),
  secret: null,
  settings: { region: REGION },
  refusal: ({ method, path, headers, body }, { at, window }) => {
    const asked = JSON.parse(body);
    return firstWrong({
      "POST /": method === "POST" && path === "/",
      "the operation": headers["x-amz-target"] === "GraniteServiceVersion20100801.GetMetricData",
      "JSON 1.0": headers["content-type"] === "application/x-amz-json-1.0",
      "ten windows in seconds": asked.StartTime === (at - 10 * window) / 1000 && asked.EndTime === at / 1000,
      "newest first": asked.ScanBy === "TimestampDescending" && asked.MaxDatapoints === 20,
      "the queries": JSON.stringify(asked.MetricDataQueries) === cloudwatch.text,
    });
  },
  trusts: (seen) => seen.headers["authorization"] === signatureOf(seen),
  // In whatever order the results come, that of the first query counts.
  answer: (values, at) =>
    results(
      [
        ["e2", "Complete", [777]],
        ["e1", "Complete", values.filter((value) => value !== null).toReversed()],
      ],
      at,
    ),
  nothing: (at) => results([["e1", "Complete", []]], at),
  twice: (at) =>
    results(
      [
        ["e1", "Complete", [1]],
        ["e1", "Complete", [2]],
      ],
      at,
    ),
  failure: () => results([["e1", "PartialData", [1]]], 0),
  takes: 3,
};

function results(found: readonly (readonly [string, string, readonly number[]])[], at: number) {
  const MetricDataResults = found.map(([Id, StatusCode, Values]) => {
    return { Id, Label: Id, StatusCode, Values, Timestamps: Values.map((_, index) => at / 1000 - 60 * index) };
  });
  return json({ MetricDataResults, Messages: [] });
}

function signatureOf({ headers, body }: Seen): string {
  const stamp = headers["x-amz-date"] ?? "";
  const at = new Date(stamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const signed = signAws({
    url: new URL(`http://${headers["host"]}/`),
    headers: { "content-type": headers["content-type"] ?? "", "x-amz-target": headers["x-amz-target"] ?? "" },
    body,
    region: REGION,
    service: "monitoring",
    credentials: AWS,
    at,
  });
  return signed["authorization"] ?? "";
}
