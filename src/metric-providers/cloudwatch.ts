import { z } from "zod";
import { signAws } from "./aws-signature.ts";
import { readJson, under } from "./http.ts";
import type { MetricProvider } from "./provider.ts";
import { tenWindows } from "./settings.ts";

const MAX_POINTS = 20;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/;

const Queries = z.array(z.object({ Id: z.string(), ReturnData: z.boolean().optional() })).min(1);
const Answer = z.object({
  MetricDataResults: z.array(
    z.object({ Id: z.string(), StatusCode: z.string().optional(), Values: z.array(z.number()).default([]) }),
  ),
});

/**
 * CloudWatch's GetMetricData over ten windows; the text is its list of queries in JSON. The value is the newest of the first query that
 * returns data. Credentials are the worker's own.
 */
export const cloudwatch: MetricProvider = {
  title: "CloudWatch",
  windowed: true,
  ask: async (question, { send, awsCredentials }) => {
    const { settings, signal } = question;
    const { region } = settings;
    if (!REGION.test(region)) throw new Error(`provider.region is ${region === "" ? "missing" : "no region"}`);
    const { queries, read } = readQueries(question.text);
    const wanted = read.find(({ ReturnData }) => ReturnData !== false)?.Id;
    const { from, to } = tenWindows(question);
    const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    const url = under(settings.address === "" ? `https://monitoring.${region}.${domain}` : settings.address, "/");
    const body = JSON.stringify({
      MetricDataQueries: queries,
      StartTime: from / 1000,
      EndTime: to / 1000,
      MaxDatapoints: MAX_POINTS,
      ScanBy: "TimestampDescending",
    });
    const headers = {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "GraniteServiceVersion20100801.GetMetricData",
    };
    const credentials = await awsCredentials(region, signal);
    const signed = signAws({ url, headers, body, region, service: "monitoring", credentials, at: new Date() });
    const insecure = settings.insecureSkipVerify;
    const { MetricDataResults: results } = readJson(
      await send({ method: "POST", url, headers: signed, body, insecure, signal }),
      Answer,
    );
    const found = results.filter(({ Id }) => Id === wanted);
    if (found.length > 1) throw new Error(`the answer has ${found.length} results for ${wanted}`);
    const [result] = found;
    if (result === undefined) return null;
    const { StatusCode: status = "Complete", Values: values } = result;
    if (status !== "Complete") throw new Error(`the answer may be incomplete: ${status}`);
    return values[0] ?? null;
  },
};

/** The list as it stands in the text, and what we need of it. */
function readQueries(text: string): { readonly queries: unknown; readonly read: z.infer<typeof Queries> } {
  try {
    const queries: unknown = JSON.parse(text);
    return { queries, read: Queries.parse(queries) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      throw new Error("the query is no JSON list of metric data queries, each with an Id");
    }
    throw error;
  }
}
