import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { followProviders } from "../../../src/alerts/providers.ts";
import { createSecretReader } from "../../../src/alerts/secrets.ts";
import { NotFoundError } from "../../../src/errors.ts";
import { openMetricTemplates } from "../../../src/metric-providers/metric-templates.ts";
import { openSecrets } from "../../../src/metric-providers/secrets.ts";
import { eventually } from "../../support/eventually.ts";
import { startCluster } from "../../contract/store/harness.ts";
import { canaryObject, KEY, statusOf } from "../../contract/store/samples.ts";
import { DEFINITIONS } from "../../contract/router/hands.ts";
import { recordingLog } from "../../unit/kubernetes/scripted-server.ts";
import { composeCluster } from "./compose.ts";
import { requestsOfAll } from "./exercises.ts";
import { apexService, deployment } from "./objects.ts";
import { asked } from "../../support/subjects.ts";

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules: readonly { readonly apiGroups: string[]; readonly resources: string[]; readonly verbs: string[] }[];
}

/** `verb resource.group/subresource` of everything that the worker's roles grant. */
function granted(): ReadonlySet<string> {
  const file = readFileSync(new URL("../../../deploy/base/worker-rbac.yaml", import.meta.url), "utf8");
  const roles = parseAllDocuments(file)
    .map((document) => document.toJS() as Role)
    .filter(({ kind }) => kind === "ClusterRole");
  const rights = roles.flatMap(({ rules }) =>
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${qualify(resource, group)}`)),
      ),
    ),
  );
  return new Set(rights);
}

function qualify(resource: string, group: string): string {
  const [plural = "", subresource] = resource.split("/");
  return `${plural}${group === "" ? "" : `.${group}`}${subresource === undefined ? "" : `/${subresource}`}`;
}

describe("the worker's rights", () => {
  let host: Awaited<ReturnType<typeof startCluster>>;
  let used: ReadonlySet<string>;
  before(async () => {
    host = await startCluster(DEFINITIONS);
    const parts = await composeCluster({
      kubeconfig: host.kubeconfig,
      log: recordingLog(),
      onChange: () => {},
      userAgent: "worker-under-test",
    });
    await exercise(host, parts);
    const asked = host.kubernetes.requests.by().filter(({ userAgent }) => userAgent === "worker-under-test");
    used = new Set([...asked.map(({ verb, resource }) => `${verb} ${resource}`), ...(await requestsOfAll())]);
    await parts.stop();
  });
  after(() => host.stop());

  it("are enough for everything that it does", () => {
    const rights = granted();

    assert.ok(used.size > 10, [...used].join());
    assert.deepEqual(
      [...used].filter((request) => !rights.has(request)),
      [],
    );
  });

  it("are no more than it uses", () => {
    // Checked by the API server itself, when something is made that belongs to a Canary.
    const implied = new Set(["update canaries.flagger.app/finalizers"]);

    assert.deepEqual(
      [...granted()].filter((right) => !used.has(right) && !implied.has(right)),
      [],
    );
  });
});

type Host = Awaited<ReturnType<typeof startCluster>>;
type Parts = Awaited<ReturnType<typeof composeCluster>>;

const SECRET = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { namespace: KEY.namespace, name: "prometheus" },
  stringData: { token: "t0ken" },
};

/** Makes each kind of request once: a bootstrap, a step, a new image, events, and a pod that does not start. */
async function exercise(host: Host, { cluster, store, router }: Parts): Promise<void> {
  await host.kubernetes.apply([deployment(), apexService(), canaryObject(), SECRET] as never);
  const templates = openMetricTemplates(cluster.open);
  await eventually(() => assert.ok(templates.isSynced()));
  await openSecrets((request) => cluster.client.request(request))(KEY.namespace, SECRET.metadata.name);
  await templates.stop();
  const canary = await eventually(() => store.get(KEY)?.canary ?? assert.fail("no canary"));
  const look = () => cluster.reader.target(canary) ?? assert.fail("no target");
  const copy = async () => {
    const { revision, resourceVersion } = look();
    const primaryVersion = cluster.reader.primary(canary)?.resourceVersion ?? null;
    const hash = revision?.hash ?? assert.fail("no revision");
    await cluster.writer.ensurePrimary(canary, { revision: hash, targetVersion: resourceVersion, primaryVersion });
  };
  await eventually(copy);
  await cluster.writer.ensureServices(canary, "primary");
  await router.setRoute(canary, asked(0, "a-0/1", null));
  await eventually(async () => {
    const { resourceVersion } = look();
    await cluster.writer.setTargetImage(canary, { container: "app", image: "shop:2", resourceVersion });
  });
  await eventually(copy);
  const subject = store.get(KEY) ?? assert.fail("no subject");
  await store.save(subject, statusOf(subject));
  const said = { type: "Normal", reason: "Tried", message: "once" } as const;
  cluster.recorder.record(canary.ref, said);
  await cluster.recorder.drained();
  cluster.recorder.record(canary.ref, said);
  await cluster.recorder.drained();
  await replaceRoute(canary, router);
  await readAlertProvider(cluster);
  await eventually(() => assert.ok(host.kubernetes.requests.total({ resource: "pods", verb: "watch" }) > 0));
}

/** What an alert needs. */
async function readAlertProvider({ client, open }: Parts["cluster"]): Promise<void> {
  const providers = followProviders(open);
  await providers.synced;
  await assert.rejects(createSecretReader(client)({ namespace: "demo", name: "hook" }), NotFoundError);
  await providers.stop();
}

/** Another traffic policy changes the DestinationRules too. */
async function replaceRoute(canary: Parameters<Parts["router"]["observe"]>[0], router: Parts["router"]): Promise<void> {
  const http = { ...canary.service.http, trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } } };
  const changed = { ...canary, service: { ...canary.service, http } };
  const route = router.observe(changed);
  assert.ok(route.kind === "present");
  const { resourceVersion } = route;
  await router.setRoute(changed, asked(20, "a-0/2", resourceVersion));
}
