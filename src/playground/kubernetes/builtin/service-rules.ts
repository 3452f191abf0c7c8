import type { Cause } from "../api-error.ts";
import { invalidValue, required, unsupportedValue } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { ensureObject, listAt, numberAt, objectsAt, stringAt } from "../json.ts";
import type { Behaviour } from "../registry.ts";
import type { AddressPool } from "./addresses.ts";
import { fill } from "./pod-rules.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

function serviceDefaults(service: JsonObject): void {
  const spec = ensureObject(service, "spec");
  fill(spec, { sessionAffinity: "None", type: "ClusterIP" });
  for (const port of objectsAt(spec, "ports")) {
    fill(port, { protocol: "TCP" });
    const number = numberAt(port, "port");
    if (number !== undefined && (port["targetPort"] === undefined || port["targetPort"] === 0))
      port["targetPort"] = number;
  }
  if (spec["type"] !== "ExternalName")
    fill(spec, { internalTrafficPolicy: "Cluster", ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" });
  if (spec["type"] === "NodePort" || spec["type"] === "LoadBalancer") fill(spec, { externalTrafficPolicy: "Cluster" });
  fill(ensureObject(service, "status"), { loadBalancer: {} });
}

function portCauses(service: JsonObject): Cause[] {
  const ports = objectsAt(service, "spec", "ports");
  const names = new Set<string>();
  const numbers = new Set<string>();
  return ports.flatMap((port, i) => {
    const path = `spec.ports[${i}]`;
    const causes: Cause[] = [];
    const name = stringAt(port, "name") ?? "";
    const number = numberAt(port, "port") ?? 0;
    if (name === "" && ports.length > 1) causes.push(required(`${path}.name`));
    if (name !== "" && names.has(name))
      causes.push({
        reason: "FieldValueDuplicate",
        field: `${path}.name`,
        message: `Duplicate value: ${JSON.stringify(name)}`,
      });
    if (number < 1 || number > 65_535)
      causes.push(invalidValue(`${path}.port`, number, "must be between 1 and 65535, inclusive"));
    const identity = `${stringAt(port, "protocol")}/${number}`;
    if (numbers.has(identity))
      causes.push({
        reason: "FieldValueDuplicate",
        field: path,
        message: `Duplicate value: ${JSON.stringify({ protocol: stringAt(port, "protocol"), port: number })}`,
      });
    names.add(name);
    numbers.add(identity);
    return causes;
  });
}

function serviceCauses(service: JsonObject): Cause[] {
  const type = stringAt(service, "spec", "type") ?? "";
  const causes = portCauses(service);
  if (!TYPES.includes(type)) causes.push(unsupportedValue("spec.type", type, TYPES));
  const headless = stringAt(service, "spec", "clusterIP") === "None";
  if (type === "ExternalName") {
    if ((stringAt(service, "spec", "externalName") ?? "") === "") causes.push(required("spec.externalName"));
  } else if (listAt(service, "spec", "ports").length === 0 && !headless) causes.push(required("spec.ports"));
  return causes;
}

function addressCauses(service: JsonObject, stored: JsonObject): Cause[] {
  const before = stringAt(stored, "spec", "clusterIP") ?? "";
  const spec = ensureObject(service, "spec");
  const given = stringAt(spec, "clusterIP") ?? "";
  if (stringAt(spec, "type") === "ExternalName") return [];
  // An update that leaves the address out keeps it, as the API server does for clients that send only what they know.
  if (given === "" && before !== "") {
    spec["clusterIP"] = before;
    spec["clusterIPs"] = [before];
  }
  const [, ...others] = listAt(spec, "clusterIPs");
  if (others.length === 0 && spec["clusterIP"] !== undefined) spec["clusterIPs"] = [stringAt(spec, "clusterIP") ?? ""];
  keepNodePorts(spec, stored);
  if (given === "" || given === before || before === "") return [];
  return [invalidValue("spec.clusterIPs[0]", [given], "may not change once set")];
}

function keepNodePorts(spec: JsonObject, stored: JsonObject): void {
  if (spec["type"] !== "NodePort" && spec["type"] !== "LoadBalancer") return;
  const before = objectsAt(stored, "spec", "ports");
  for (const port of objectsAt(spec, "ports")) {
    const same = before.find(
      (candidate) => candidate["port"] === port["port"] && candidate["protocol"] === port["protocol"],
    );
    const nodePort = same?.["nodePort"];
    if (nodePort !== undefined) fill(port, { nodePort });
  }
}

/** Gives a new Service its address and node ports. */
export function allocateService(service: JsonObject, pool: AddressPool): Cause[] {
  const spec = ensureObject(service, "spec");
  const type = stringAt(spec, "type");
  if (type === "ExternalName") return [];
  const wanted = stringAt(spec, "clusterIP") ?? "";
  if (wanted !== "" && wanted !== "None" && !pool.claim(wanted)) {
    return [
      invalidValue("spec.clusterIPs", [wanted], `failed to allocate IP ${wanted}: provided IP is already allocated`),
    ];
  }
  const ip = wanted === "" ? pool.nextServiceIp() : wanted;
  spec["clusterIP"] = ip;
  spec["clusterIPs"] = [ip];
  if (type === "NodePort" || type === "LoadBalancer") {
    for (const port of objectsAt(spec, "ports")) fill(port, { nodePort: pool.nextNodePort() });
  }
  return [];
}

export const serviceBehaviour: Behaviour = {
  defaults: serviceDefaults,
  validate: serviceCauses,
  validateUpdate: addressCauses,
};
