import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { mergePorts, wantedPorts } from "../../../../src/kubernetes/services/ports.ts";
import type { ServicePort } from "../../../../src/kubernetes/services/service-record.ts";
import type { ContainerPort } from "../../../../src/kubernetes/workloads/workload-record.ts";
import { canaryWith } from "../../mesh/samples.ts";

const plan = (service: object = {}) => canaryWith({ portDiscovery: true, targetPort: 8080, ...service }).service;
const containerPort = (port: number, parts: Partial<ContainerPort> = {}): ContainerPort => ({
  container: "app",
  index: 0,
  name: "",
  port,
  protocol: "TCP",
  ...parts,
});
const discovered = (ports: readonly ContainerPort[], service: object = {}) =>
  wantedPorts(plan(service), ports)
    .slice(1)
    .map(({ name, protocol, port, targetPort }) => [name, protocol, port, targetPort]);

describe("the ports of a generated Service", () => {
  it("are the manifest's alone, unless discovery is asked for", () => {
    const ports = wantedPorts(canaryWith({ appProtocol: "h2c" }).service, [containerPort(9000)]);

    assert.deepEqual(ports, [{ name: "http", protocol: "TCP", port: 80, targetPort: 80, appProtocol: "h2c" }]);
  });

  it("include every other container port, each with its own protocol", () => {
    const ports = [
      containerPort(8080, { name: "web" }),
      containerPort(9000, { name: "admin", index: 1 }),
      containerPort(53, { protocol: "UDP", index: 2 }),
      containerPort(5000, { container: "helper", index: 1 }),
    ];

    assert.deepEqual(discovered(ports), [
      ["admin", "TCP", 9000, 9000],
      ["udp-app-2", "UDP", 53, 53],
      ["tcp-helper-1", "TCP", 5000, 5000],
    ]);
  });

  it("do not repeat the target port, whether it is given by number or by name", () => {
    assert.deepEqual(discovered([containerPort(8080)]), []);
    assert.deepEqual(discovered([containerPort(8080, { name: "web" })], { targetPort: "web" }), []);
    assert.deepEqual(discovered([containerPort(80)], { targetPort: undefined }), []);
  });

  it("publish one number twice only for two protocols", () => {
    const ports = [containerPort(80), containerPort(53, { protocol: "UDP" }), containerPort(53, { index: 1 })];

    assert.deepEqual(
      discovered(ports).map(([, protocol, port]) => [protocol, port]),
      [
        ["UDP", 53],
        ["TCP", 53],
      ],
    );
  });

  it("never have one name twice, nor one that is too long", () => {
    const names = discovered([
      containerPort(9000, { name: "http" }),
      containerPort(9001, { name: "x", index: 1 }),
      containerPort(9002, { name: "x", container: "helper" }),
      containerPort(9003, { container: "h".repeat(63) }),
    ]).map(([name]) => name);

    assert.deepEqual(names, ["tcp-app-0", "x", "tcp-helper-0", "tcp-9003"]);
  });
});

describe("the ports of a Service that exists", () => {
  const port = (number: number, parts: Partial<ServicePort> = {}): ServicePort => ({
    name: `p${number}`,
    protocol: "TCP",
    port: number,
    targetPort: number,
    ...parts,
  });

  it("keep their node ports, and are none of our business in another order", () => {
    const present = [port(90), port(80, { nodePort: 30_080 })];

    assert.equal(mergePorts(present, [port(80), port(90)], true), null);
    assert.deepEqual(mergePorts(present, [port(80, { targetPort: 81 }), port(90)], true), [
      port(90),
      port(80, { targetPort: 81, nodePort: 30_080 }),
    ]);
  });

  it("go when the manifest no longer has them, from a Service that is ours only", () => {
    assert.deepEqual(mergePorts([port(80), port(90)], [port(80)], true), [port(80)]);
    assert.equal(mergePorts([port(80), port(90)], [port(80)], false), null);
  });

  it("keep their names in a Service of others, and a new one gets a free name", () => {
    const present = [port(80, { name: "web" }), port(90, { name: "http" })];

    assert.deepEqual(mergePorts(present, [port(80, { targetPort: 8080 }), port(70, { name: "http" })], false), [
      port(80, { name: "web", targetPort: 8080 }),
      port(90, { name: "http" }),
      port(70, { name: "tcp-70" }),
    ]);
  });

  it("are all named once there are several", () => {
    const { name: _, ...unnamed } = port(90);

    assert.deepEqual(mergePorts([unnamed], [port(80)], false), [{ ...unnamed, name: "tcp-90" }, port(80)]);
  });

  it("are as wanted after one edit, and need no second one", () => {
    const ports = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom("a", "b", "c", "http"),
        protocol: fc.constantFrom("TCP", "UDP"),
        port: fc.constantFrom(80, 81, 82),
        targetPort: fc.constantFrom(80, "web"),
      }),
      { selector: ({ protocol, port: number }) => `${protocol}${number}`, minLength: 1 },
    );

    fc.assert(
      fc.property(ports, ports, fc.boolean(), (present, wanted, isOurs) => {
        const merged = mergePorts(present, wanted, isOurs) ?? present;

        assert.equal(mergePorts(merged, wanted, isOurs), null);
        for (const one of wanted) {
          assert.ok(merged.some((other) => other.port === one.port && other.targetPort === one.targetPort));
        }
      }),
    );
  });
});
