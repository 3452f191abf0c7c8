import { createHash, createHmac } from "node:crypto";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Empty for lasting credentials. */
  readonly sessionToken: string;
}

export interface AwsRequest {
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly region: string;
  readonly service: string;
  readonly credentials: AwsCredentials;
  readonly at: Date;
}

const ALGORITHM = "AWS4-HMAC-SHA256";

/** The headers of a POST with its signature (Signature Version 4). The address must have neither query nor unusual characters. */
export function signAws({
  url,
  headers,
  body,
  region,
  service,
  credentials,
  at,
}: AwsRequest): Readonly<Record<string, string>> {
  const moment = at.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = [moment.slice(0, 8), region, service, "aws4_request"];
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const all: Record<string, string> = { ...headers, host: url.host, "x-amz-date": moment };
  if (sessionToken !== "") all["x-amz-security-token"] = sessionToken;
  const names = Object.keys(all).toSorted();
  const canonical = [
    "POST",
    url.pathname,
    url.searchParams.toString(),
    ...names.map((name) => `${name}:${all[name]?.trim().replace(/ +/g, " ")}`),
    "",
    names.join(";"),
    sha256(body),
  ].join("\n");
  const toSign = [ALGORITHM, moment, scope.join("/"), sha256(canonical)].join("\n");
  const key = scope.reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, toSign).toString("hex");
  const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope.join("/")}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const { host: _, ...sent } = all;
  return { ...sent, authorization };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: Buffer | string, text: string): Buffer => createHmac("sha256", key).update(text).digest();
