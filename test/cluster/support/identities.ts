import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

/** Who may come in with which token, and the keys that service accounts' tokens are signed with. */
export interface Identities {
  readonly adminToken: string;
  readonly controllersToken: string;
  /** CSV: token, user, uid, groups. */
  readonly tokenFile: string;
  readonly signingKeyFile: string;
  readonly verifyingKeyFile: string;
}

export async function makeIdentities(directory: string): Promise<Identities> {
  await mkdir(directory, { recursive: true });
  const adminToken = randomBytes(24).toString("hex");
  const controllersToken = randomBytes(24).toString("hex");
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const write = async (name: string, text: string | Buffer): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  return {
    adminToken,
    controllersToken,
    tokenFile: await write(
      "tokens.csv",
      `${adminToken},admin,admin,"system:masters"\n` +
        `${controllersToken},system:kube-controller-manager,controllers,""\n`,
    ),
    signingKeyFile: await write("service-accounts.key", privateKey.export({ type: "pkcs8", format: "pem" })),
    verifyingKeyFile: await write("service-accounts.pub", publicKey.export({ type: "spki", format: "pem" })),
  };
}

export interface KubeconfigContent {
  readonly url: string;
  /** PEM; empty for a server on plain HTTP. */
  readonly ca: string;
  readonly token: string;
}

/** Writes a kubeconfig for one server and one token. */
export async function writeKubeconfig(path: string, { url, ca, token }: KubeconfigContent): Promise<string> {
  const trust = ca === "" ? {} : { "certificate-authority-data": Buffer.from(ca).toString("base64") };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "real", cluster: { server: url, ...trust } }],
    users: [{ name: "somebody", user: { token } }],
    contexts: [{ name: "real", context: { cluster: "real", user: "somebody", namespace: "default" } }],
    "current-context": "real",
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
  await chmod(path, 0o600);
  return path;
}
