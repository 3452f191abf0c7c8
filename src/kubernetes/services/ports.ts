import type { ServicePlan } from "../../rollout/canary.ts";
import { sameJson } from "../object.ts";
import type { ContainerPort } from "../workloads/workload-record.ts";
import type { ServicePort } from "./service-record.ts";

/** Pure: the ports of a generated Service. */

const LONGEST_NAME = 63;

/** The manifest's port and, where it asks for that, every other port of the containers; names and numbers are unique. */
export function wantedPorts(plan: ServicePlan, containers: readonly ContainerPort[]): readonly ServicePort[] {
  const { portName, port, targetPort, appProtocol } = plan;
  const main = { name: portName, protocol: "TCP", port, targetPort, ...(appProtocol !== null && { appProtocol }) };
  if (!plan.portDiscovery) return [main];
  const found: ServicePort[] = [main];
  for (const candidate of containers) {
    const { port: number, protocol } = candidate;
    const isMain = protocol === "TCP" && (number === targetPort || candidate.name === targetPort);
    if (isMain || found.some((other) => isSameNumber(other, { port: number, protocol }))) continue;
    found.push({ name: nameFor(candidate, found), protocol, port: number, targetPort: number });
  }
  return found;
}

/** The container's own name for the port, unless it has none or another port has it. */
function nameFor({ name, container, index, port, protocol }: ContainerPort, taken: readonly ServicePort[]): string {
  if (name !== "" && !taken.some((other) => other.name === name)) return name;
  const made = `${protocol.toLowerCase()}-${container}-${index}`;
  return made.length <= LONGEST_NAME ? made : `${protocol.toLowerCase()}-${port}`;
}

const isSameNumber = (left: NumberedPort, right: NumberedPort): boolean =>
  left.port === right.port && left.protocol === right.protocol;
type NumberedPort = Pick<ServicePort, "port" | "protocol">;

/**
 * The ports as they should be, node ports kept; `null` when they are. In Services of others, ports that we do not want stay, and
 * ours keep the names that they have there.
 */
export function mergePorts(
  present: readonly ServicePort[],
  wanted: readonly ServicePort[],
  isOurs: boolean,
): readonly ServicePort[] | null {
  const next = isOurs ? ownPorts(present, wanted) : addedPorts(present, wanted);
  return sameJson(present, next) ? null : next;
}

function ownPorts(present: readonly ServicePort[], wanted: readonly ServicePort[]): readonly ServicePort[] {
  const mended = wanted.map((port) => {
    const same =
      present.find((other) => isSameNumber(other, port)) ?? present.find((other) => other.name === port.name);
    return same?.["nodePort"] === undefined ? port : { ...port, nodePort: same["nodePort"] };
  });
  // Their order says nothing.
  const inOrder = present.flatMap((port) => mended.find((other) => isSameNumber(other, port)) ?? []);
  return [...inOrder, ...mended.filter((port) => !inOrder.includes(port))];
}

function addedPorts(present: readonly ServicePort[], wanted: readonly ServicePort[]): readonly ServicePort[] {
  const mended = present.map((port) => {
    const ours = wanted.find((other) => isSameNumber(other, port));
    if (ours === undefined) return port;
    return { ...port, ...ours, ...(port.name !== undefined && { name: port.name }) };
  });
  const added = wanted.filter((port) => !present.some((other) => isSameNumber(other, port)));
  const all = [...mended, ...added];
  // With several ports, each needs a name of its own.
  return all.length < 2 ? all : added.length === 0 ? all : all.map((port, index) => named(port, all.slice(0, index)));
}

function named(port: ServicePort, before: readonly ServicePort[]): ServicePort {
  const isFree = port.name !== undefined && !before.some((other) => other.name === port.name);
  return isFree ? port : { ...port, name: `${port.protocol.toLowerCase()}-${port.port}` };
}
