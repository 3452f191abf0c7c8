import { isIP } from "node:net";
import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required, unsupportedValue } from "../api-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { ensureObject, listAt, numberAt, objectAt, objectsAt, stringAt } from "../json.ts";
import { stringMap } from "../objects.ts";
import type { Behaviour } from "../registry.ts";
import type { AddressPool } from "./addresses.ts";
import { labelCauses } from "../writing/metadata-rules.ts";
import { fill, portNameCauses, PROTOCOLS } from "./pod-rules.ts";

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
  if (spec["sessionAffinity"] === "ClientIP") {
    const config = ensureObject(ensureObject(spec, "sessionAffinityConfig"), "clientIP");
    fill(config, { timeoutSeconds: 10_800 });
  }
  if (spec["type"] !== "ExternalName") {
    fill(spec, { internalTrafficPolicy: "Cluster" });
    // A headless Service without a selector says nothing about its endpoints, so that it may have any.
    if (spec["clusterIP"] === "None" && spec["selector"] === undefined)
      fill(spec, { ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "RequireDualStack" });
    else fill(spec, { ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" });
  }
  if (spec["type"] === "LoadBalancer") fill(spec, { allocateLoadBalancerNodePorts: true });
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
    if (name !== "" && !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name))
      causes.push(invalidValue(`${path}.name`, name, LABEL_TEXT));
    const protocol = stringAt(port, "protocol") ?? "";
    if (number < 1 || number > 65_535) causes.push(invalidValue(`${path}.port`, number, PORT_TEXT));
    if (!PROTOCOLS.includes(protocol)) causes.push(unsupportedValue(`${path}.protocol`, protocol, PROTOCOLS));
    causes.push(...targetCauses(port["targetPort"] ?? 0, `${path}.targetPort`));
    const identity = `${stringAt(port, "protocol")}/${number}`;
    if (numbers.has(identity))
      causes.push({
        reason: "FieldValueDuplicate",
        field: path,
        message: `Duplicate value: ${JSON.stringify({ Name: "", Protocol: protocol, AppProtocol: null, Port: number, TargetPort: 0, NodePort: 0 })}`,
      });
    names.add(name);
    numbers.add(identity);
    return causes;
  });
}

const PORT_TEXT = "must be between 1 and 65535, inclusive";
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const INGRESS = "status.loadBalancer.ingress";
const INGRESS_TEXT = "may only be used when `spec.type` is 'LoadBalancer'";
const AFFINITIES = ["ClientIP", "None"];

function targetCauses(target: JsonValue, path: string): Cause[] {
  if (typeof target === "string") return portNameCauses(target, path);
  return typeof target === "number" && (target < 1 || target > 65_535) ? [invalidValue(path, target, PORT_TEXT)] : [];
}

function addressSyntaxCauses(service: JsonObject): Cause[] {
  const address = stringAt(service, "spec", "clusterIP") ?? "";
  if (address === "" || address === "None" || isIP(address) !== 0) return [];
  return [invalidValue("spec.clusterIPs[0]", address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")];
}

function warnings(service: JsonObject): string[] {
  const isHeadless = stringAt(service, "spec", "clusterIP") === "None";
  const affinity = stringAt(service, "spec", "sessionAffinity");
  return isHeadless && affinity === "ClientIP" ? ["spec.SessionAffinity is ignored for headless services"] : [];
}

function serviceCauses(service: JsonObject): Cause[] {
  const type = stringAt(service, "spec", "type") ?? "";
  const causes = portCauses(service);
  if (!TYPES.includes(type)) causes.push(unsupportedValue("spec.type", type, TYPES));
  const headless = stringAt(service, "spec", "clusterIP") === "None";
  if (type === "ExternalName") {
    if ((stringAt(service, "spec", "externalName") ?? "") === "") causes.push(required("spec.externalName"));
  } else if (listAt(service, "spec", "ports").length === 0 && !headless) causes.push(required("spec.ports"));
  const affinity = stringAt(service, "spec", "sessionAffinity") ?? "";
  if (!AFFINITIES.includes(affinity)) causes.push(unsupportedValue("spec.sessionAffinity", affinity, AFFINITIES));
  causes.push(...labelCauses(stringMap(objectAt(service, "spec", "selector")), "spec.selector"));
  const ingress = listAt(service, "status", "loadBalancer", "ingress");
  if (ingress.length > 0 && type !== "LoadBalancer") causes.push(forbiddenField(INGRESS, INGRESS_TEXT));
  return [...causes, ...addressSyntaxCauses(service)];
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

const WITHOUT_ADDRESS = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"];

/** What an update leads to: addresses and node ports come and go with the type. */
export function updateService(service: JsonObject, stored: JsonObject, pool: AddressPool): Cause[] {
  const causes = addressCauses(service, stored);
  const spec = ensureObject(service, "spec");
  const opensNodes = spec["type"] === "NodePort" || spec["type"] === "LoadBalancer";
  if (!opensNodes) {
    delete spec["externalTrafficPolicy"];
    delete spec["allocateLoadBalancerNodePorts"];
    for (const port of objectsAt(spec, "ports")) delete port["nodePort"];
  }
  if (spec["type"] === "ExternalName") for (const member of WITHOUT_ADDRESS) delete spec[member];
  else if ((stringAt(stored, "spec", "clusterIP") ?? "") === "") causes.push(...allocateService(service, pool, false));
  if (opensNodes)
    for (const port of objectsAt(spec, "ports"))
      if (port["nodePort"] === undefined) port["nodePort"] = pool.nextNodePort();
  return causes;
}

/** Gives a new Service its address and node ports. */
export function allocateService(service: JsonObject, pool: AddressPool, isDryRun: boolean): Cause[] {
  const spec = ensureObject(service, "spec");
  const type = stringAt(spec, "type");
  if (type === "ExternalName") return [];
  const wanted = stringAt(spec, "clusterIP") ?? "";
  if (wanted !== "" && wanted !== "None") {
    const problem = !/^10\.(9[6-9]|10\d|11[01])\./.test(wanted)
      ? "the provided network does not match the current range"
      : pool.claim(wanted)
        ? undefined
        : "provided IP is already allocated";
    if (problem !== undefined)
      return [invalidValue("spec.clusterIPs", [wanted], `failed to allocate IP ${wanted}: ${problem}`)];
    if (isDryRun) pool.release(wanted);
  }
  const ip = wanted === "" ? pool.nextServiceIp() : wanted;
  spec["clusterIP"] = ip;
  spec["clusterIPs"] = [ip];
  if (type === "NodePort" || type === "LoadBalancer") {
    for (const port of objectsAt(spec, "ports"))
      if (port["nodePort"] === undefined) port["nodePort"] = pool.nextNodePort();
  }
  return [];
}

export const serviceBehaviour: Behaviour = {
  defaults: serviceDefaults,
  validate: serviceCauses,
  warnings,
};
