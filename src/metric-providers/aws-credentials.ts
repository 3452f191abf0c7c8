import { readFile } from "node:fs/promises";
import type { AwsCredentials } from "./aws-signature.ts";
import { excerpt, type Send } from "./http.ts";

/** Where the worker's own credentials come from; empty texts where the environment says nothing. */
export interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** A role that the pod's service account stands for, and the file with the proof of it. */
  readonly roleArn: string;
  readonly tokenFile: string;
}

/** Credentials for one region. Throws, with what to set, when the worker has none. */
export type ReadAwsCredentials = (region: string, signal: AbortSignal) => Promise<AwsCredentials>;

/** Renewed this long before they end. */
const EARLY_MS = 5 * 60_000;

/** The worker's own credentials: those of its environment, or of the role of its service account. */
export function openAwsCredentials(identity: AwsIdentity, send: Send): ReadAwsCredentials {
  let borrowed: { readonly credentials: AwsCredentials; readonly until: number } | null = null;
  return async (region, signal) => {
    const { accessKeyId, secretAccessKey, sessionToken, roleArn, tokenFile } = identity;
    if (accessKeyId !== "" && secretAccessKey !== "") return { accessKeyId, secretAccessKey, sessionToken };
    if (roleArn === "" || tokenFile === "") {
      throw new Error("the worker has no AWS credentials; give its service account a role, or set AWS_ACCESS_KEY_ID");
    }
    if (borrowed === null || borrowed.until - EARLY_MS < Date.now()) {
      borrowed = await assumeRole({ roleArn, token: (await readFile(tokenFile, "utf8")).trim(), region, signal }, send);
    }
    return borrowed.credentials;
  };
}

interface Assumed {
  readonly roleArn: string;
  readonly token: string;
  readonly region: string;
  readonly signal: AbortSignal;
}

async function assumeRole({ roleArn, token, region, signal }: Assumed, send: Send) {
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const parameters = {
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: roleArn,
    RoleSessionName: "coalmine",
    WebIdentityToken: token,
  };
  const answer = await send({
    method: "POST",
    url: new URL(`https://sts.${region}.${domain}/`),
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/xml" },
    body: new URLSearchParams(parameters).toString(),
    signal,
  });
  if (answer.status !== 200) throw new Error(`the role was refused with HTTP ${answer.status}${excerpt(answer.body)}`);
  return readAssumedRole(answer.body);
}

/** Credentials and their end in STS's answer. Throws when they are not all there. */
export function readAssumedRole(xml: string): { readonly credentials: AwsCredentials; readonly until: number } {
  const tag = (name: string): string => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1]?.trim() ?? "";
  const [accessKeyId, secretAccessKey, sessionToken] = [
    tag("AccessKeyId"),
    tag("SecretAccessKey"),
    tag("SessionToken"),
  ];
  const until = Date.parse(tag("Expiration"));
  if (accessKeyId === "" || secretAccessKey === "" || sessionToken === "" || Number.isNaN(until)) {
    throw new Error("the answer about the role holds no credentials");
  }
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, until };
}
