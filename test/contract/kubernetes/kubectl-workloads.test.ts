import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { eventually } from "../../support/eventually.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { deployment, Kubectl, kubectlMissing, startCluster } from "./support.ts";

describe("kubectl with workloads on the emulator", { skip: kubectlMissing() }, () => {
  let emulator: KubernetesEmulator;
  let kubectl: Kubectl;

  before(async () => {
    emulator = await startCluster();
    kubectl = await Kubectl.for(emulator);
  });
  after(async () => {
    await kubectl.close();
    await emulator.stop();
  });

  it("sets an image and follows the rollout to its end", async () => {
    await emulator.apply([deployment("imaged", "app:1.0.0")]);
    await kubectl.output("rollout", "status", "deployment/imaged", "--timeout=10s");

    await kubectl.output("set", "image", "deployment/imaged", "app=app:2.0.0");
    const status = await kubectl.output("rollout", "status", "deployment/imaged", "--timeout=10s");

    assert.match(status, /successfully rolled out/);
    assert.match(await kubectl.output("rollout", "history", "deployment/imaged"), /^1 .*\n2 /m);
    await eventually(async () =>
      assert.equal(
        await kubectl.output("get", "pods", "-l", "app=imaged", "-o", "jsonpath={.items[*].spec.containers[0].image}"),
        "app:2.0.0 app:2.0.0",
      ),
    );
  });

  it("undoes a rollout to the set that ran before", async () => {
    await emulator.apply([deployment("undone", "app:1.0.0", { replicas: 1 })]);
    await kubectl.output("set", "image", "deployment/undone", "app=app:2.0.0");
    await kubectl.output("rollout", "status", "deployment/undone", "--timeout=10s");

    await kubectl.output("rollout", "undo", "deployment/undone");
    await kubectl.output("rollout", "status", "deployment/undone", "--timeout=10s");

    assert.equal(
      await kubectl.output("get", "deployment", "undone", "-o", "jsonpath={.spec.template.spec.containers[0].image}"),
      "app:1.0.0",
    );
    assert.equal(
      await kubectl
        .output("get", "rs", "-l", "app=undone", "-o", "jsonpath={.items[*].metadata.name}")
        .then((names) => names.split(" ").length),
      2,
    );
  });

  it("pauses and resumes a rollout", async () => {
    await emulator.apply([deployment("paused", "app:1.0.0", { replicas: 1 })]);
    await kubectl.output("rollout", "status", "deployment/paused", "--timeout=10s");
    await kubectl.output("rollout", "pause", "deployment/paused");
    await kubectl.output("set", "image", "deployment/paused", "app=app:2.0.0");
    await kubectl.output(
      "wait",
      "deployment/paused",
      '--for=jsonpath={.status.conditions[?(@.type=="Progressing")].reason}=DeploymentPaused',
      "--timeout=10s",
    );
    const images = await kubectl.output(
      "get",
      "pods",
      "-l",
      "app=paused",
      "-o",
      "jsonpath={.items[*].spec.containers[0].image}",
    );

    await kubectl.output("rollout", "resume", "deployment/paused");
    await kubectl.output("rollout", "status", "deployment/paused", "--timeout=10s");

    assert.equal(images, "app:1.0.0");
    await eventually(async () =>
      assert.equal(
        await kubectl.output("get", "pods", "-l", "app=paused", "-o", "jsonpath={.items[*].spec.containers[0].image}"),
        "app:2.0.0",
      ),
    );
  });

  it("says that a rollout is stuck when the progress deadline has passed", async () => {
    await emulator.apply([deployment("stuck", "app:1.0.0-unready", { replicas: 1, progressDeadlineSeconds: 1 })]);

    const ran = await kubectl.run("rollout", "status", "deployment/stuck", "--timeout=20s");

    assert.match(ran.stderr, /deployment "stuck" exceeded its progress deadline/);
  });

  it("shows why pods do not run", async () => {
    await emulator.apply([
      deployment("crashing", "app:1.0.0-crash", { replicas: 1 }),
      deployment("missing", "app:1.0.0-nopull", { replicas: 1 }),
    ]);

    await eventually(async () =>
      assert.match(await kubectl.output("get", "pods", "-l", "app=missing"), /0\/1 +(ErrImagePull|ImagePullBackOff)/),
    );
    await eventually(async () =>
      assert.match(await kubectl.output("get", "pods", "-l", "app=crashing"), /0\/1 +CrashLoopBackOff +1 \(\d+s ago\)/),
    );
    assert.match(
      await kubectl.output("describe", "pod", "-l", "app=missing"),
      /Failed to pull image "app:1.0.0-nopull": manifest unknown/,
    );
  });

  it("waits for a condition", async () => {
    await emulator.apply([deployment("awaited", "app:1.0.0")]);

    assert.match(
      await kubectl.output("wait", "--for=condition=Available", "deployment/awaited", "--timeout=10s"),
      /condition met/,
    );
    assert.match(
      await kubectl.output("wait", "--for=condition=Ready", "pod", "-l", "app=awaited", "--timeout=10s"),
      /condition met/,
    );
  });

  it("deletes a Deployment together with its sets and pods", async () => {
    await emulator.apply([deployment("deleted", "app:1.0.0")]);
    await kubectl.output("rollout", "status", "deployment/deleted", "--timeout=10s");

    await kubectl.output("delete", "deployment", "deleted");

    await eventually(async () =>
      assert.equal(await kubectl.output("get", "rs,pods", "-l", "app=deleted", "-o", "name"), ""),
    );
  });

  it("deletes in the foreground, and leaves dependants when told to", async () => {
    await emulator.apply([deployment("front", "app:1.0.0"), deployment("alone", "app:1.0.0")]);
    await kubectl.output("rollout", "status", "deployment/front", "--timeout=10s");
    await kubectl.output("rollout", "status", "deployment/alone", "--timeout=10s");

    await kubectl.output("delete", "deployment", "front", "--cascade=foreground", "--timeout=10s");
    await kubectl.output("delete", "deployment", "alone", "--cascade=orphan", "--timeout=10s");

    assert.equal(await kubectl.output("get", "rs,pods", "-l", "app=front", "-o", "name"), "");
    assert.equal((await kubectl.output("get", "pods", "-l", "app=alone", "-o", "name")).trim().split("\n").length, 2);
  });

  it("creates a namespace with what every namespace has, and deletes it with all it holds", async () => {
    await kubectl.output("create", "namespace", "shortlived");
    await kubectl.output("-n", "shortlived", "create", "configmap", "settings", "--from-literal=a=1");
    await kubectl.output("-n", "shortlived", "create", "deployment", "web", "--image=app:1.0.0");
    await eventually(async () =>
      assert.match(await kubectl.output("-n", "shortlived", "get", "serviceaccount", "-o", "name"), /default/),
    );

    await kubectl.output("delete", "namespace", "shortlived", "--timeout=20s");

    assert.match((await kubectl.run("get", "namespace", "shortlived")).stderr, /namespaces "shortlived" not found/);
    assert.equal(
      await kubectl.output(
        "get",
        "pods,configmaps",
        "-A",
        "--field-selector",
        "metadata.namespace=shortlived",
        "-o",
        "name",
      ),
      "",
    );
  });

  it("creates what its own create commands send in protobuf", async () => {
    const stored = async (what: string): Promise<string> =>
      kubectl.output(
        "get",
        what,
        "-o",
        "jsonpath={.data}{.rules}{.roleRef.name}{.spec.ports}{.spec.replicas}{.automountServiceAccountToken}",
      );

    await kubectl.output("create", "secret", "generic", "keys", "--from-literal=a=b");
    await kubectl.output("create", "service", "clusterip", "door", "--tcp=80:8080");
    await kubectl.output("create", "role", "reader", "--verb=get,list", "--resource=pods");
    await kubectl.output("create", "rolebinding", "readers", "--role=reader", "--serviceaccount=default:default");
    await kubectl.output("create", "deployment", "none", "--image=app:1.0.0", "--replicas=0");

    assert.equal(await stored("secret/keys"), '{"a":"Yg=="}');
    assert.equal(await stored("service/door"), '[{"name":"80-8080","port":80,"protocol":"TCP","targetPort":8080}]');
    assert.equal(await stored("role/reader"), '[{"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]}]');
    assert.equal(await stored("rolebinding/readers"), "reader");
    assert.equal(await stored("deployment/none"), "0");
  });

  it("prints logs and events", async () => {
    await emulator.apply([deployment("logged", "app:1.0.0", { replicas: 1 })]);
    await kubectl.output("rollout", "status", "deployment/logged", "--timeout=10s");

    assert.match(await kubectl.output("logs", "deployment/logged"), /runs app:1\.0\.0/);
    assert.match(await kubectl.output("events", "--for", "deployment/logged"), /ScalingReplicaSet/);
    assert.match(await kubectl.output("get", "events.events.k8s.io"), /ScalingReplicaSet/);
  });

  it("exposes a Deployment and shows its ready endpoints", async () => {
    await emulator.apply([deployment("exposed", "app:1.0.0")]);
    await kubectl.output("expose", "deployment", "exposed", "--port=80", "--target-port=http");

    await eventually(async () =>
      assert.match(
        await kubectl.output("get", "endpoints", "exposed"),
        /10\.244\.\d+\.\d+:9898,10\.244\.\d+\.\d+:9898/,
      ),
    );
    assert.match(await kubectl.output("describe", "service", "exposed"), /Endpoints: +10\.244\.\d+\.\d+:9898/);
  });

  it("restarts a Deployment, and keeps it inside of its autoscaler's bounds", async () => {
    await emulator.apply([deployment("grown", "app:1.0.0", { replicas: 1 })]);
    await kubectl.output("rollout", "restart", "deployment/grown");
    await emulator.apply([
      {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: "grown" },
        spec: {
          minReplicas: 3,
          maxReplicas: 5,
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "grown" },
        },
      },
    ]);

    await eventually(async () =>
      assert.match(await kubectl.output("get", "hpa", "grown"), /Deployment\/grown +cpu: <unknown>\/80% +3 +5 +3/),
    );
    await kubectl.output("rollout", "status", "deployment/grown", "--timeout=10s");
  });
});
