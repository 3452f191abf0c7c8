import { after } from "node:test";
import { ServerUnderTest } from "../../contract/kubernetes-requests/server-under-test.ts";
import { sharedControlPlane } from "../support/shared.ts";

let server: ServerUnderTest | undefined;

/** The shared control plane, as whoever sends bare requests sees it. */
export async function realServer(): Promise<ServerUnderTest> {
  if (server !== undefined) return server;
  const { url, ca, admin, etcdUrl } = await sharedControlPlane();
  server = new ServerUnderTest({ url, ca, token: admin.token, forget: () => compact(etcdUrl) });
  return server;
}

after(() => server?.close());

/** etcd forgets everything but the present. */
async function compact(etcdUrl: string): Promise<void> {
  const { header } = await ask(etcdUrl, "kv/range", { key: Buffer.from("/").toString("base64") });
  await ask(etcdUrl, "kv/compaction", { revision: header.revision, physical: true });
}

async function ask(etcdUrl: string, call: string, body: object): Promise<{ readonly header: { revision: string } }> {
  const answer = await fetch(`${etcdUrl}/v3/${call}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd ${call}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { header: { revision: string } };
}
