import { createSign } from "node:crypto";
import { z } from "zod";
import { readJson, type Send } from "./http.ts";

const SCOPE = "https://www.googleapis.com/auth/monitoring.read";
const VALID_S = 3_600;
/** The machine's own identity, where the worker runs in Google's cloud. */
const METADATA = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token" as const;

const Key = z.object({
  client_email: z.string(),
  private_key: z.string(),
  token_uri: z.string().default("https://oauth2.googleapis.com/token"),
});
const Token = z.object({ access_token: z.string() });

/** A token for reading metrics: for the account of a key (JSON, as Google hands it out), or for the worker itself. */
export async function googleToken(key: string | null, send: Send, signal: AbortSignal): Promise<string> {
  if (key === null) {
    const url = new URL(METADATA);
    const answer = await send({ method: "GET", url, headers: { "metadata-flavor": "Google" }, trusted: true, signal });
    return readJson(answer, Token).access_token;
  }
  const { client_email: account, private_key: privateKey, token_uri: uri } = readKey(key);
  const grant = {
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: assertionFor({ account, privateKey, audience: uri }),
  };
  const answer = await send({
    method: "POST",
    url: new URL(uri),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(grant).toString(),
    signal,
  });
  return readJson(answer, Token).access_token;
}

function readKey(key: string): z.infer<typeof Key> {
  try {
    return Key.parse(JSON.parse(key));
  } catch {
    // Without the cause, which would quote the key.
    throw new Error("serviceAccountKey in its Secret is no key of a service account");
  }
}

/** A signed statement of who asks for the token (RFC 7523). */
function assertionFor(asked: {
  readonly account: string;
  readonly privateKey: string;
  readonly audience: string;
}): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: asked.account, scope: SCOPE, aud: asked.audience, iat: now, exp: now + VALID_S };
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString("base64url");
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  try {
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(asked.privateKey, "base64url")}`;
  } catch {
    throw new Error("serviceAccountKey in its Secret holds a private_key that cannot sign");
  }
}
