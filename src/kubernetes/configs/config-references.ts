import { isObject, listAt, type KubernetesObject } from "../object.ts";

/** Pure: the ConfigMaps and Secrets that a pod spec mounts or reads. */

export type ConfigKind = "configmap" | "secret";

/** An object that a pod spec refers to, once for each name. */
export interface ConfigReference {
  readonly kind: ConfigKind;
  readonly name: string;
  /** Pods start without it: every place that refers to it says so. */
  readonly optional: boolean;
}

/** As records and status write it: `configmap/<name>` or `secret/<name>`. */
export const configKey = ({ kind, name }: Pick<ConfigReference, "kind" | "name">): string => `${kind}/${name}`;

/** Takes a key apart again; `null` for one that is none. */
export function readConfigKey(key: string): Pick<ConfigReference, "kind" | "name"> | null {
  const [kind, name] = key.split("/");
  if ((kind !== "configmap" && kind !== "secret") || name === undefined) return null;
  return { kind, name };
}

/** Answers the name that shall stand in place of a reference's. */
type Rename = (reference: ConfigReference) => string;

/** Where names stand: in the member of this name, under this key. */
interface Place {
  readonly kind: ConfigKind;
  readonly member: string;
  readonly key: string;
}

const VOLUME: readonly Place[] = [
  { kind: "configmap", member: "configMap", key: "name" },
  { kind: "secret", member: "secret", key: "secretName" },
];
const PROJECTED: readonly Place[] = [
  { kind: "configmap", member: "configMap", key: "name" },
  { kind: "secret", member: "secret", key: "name" },
];
const VARIABLE: readonly Place[] = [
  { kind: "configmap", member: "configMapKeyRef", key: "name" },
  { kind: "secret", member: "secretKeyRef", key: "name" },
];
const VARIABLES_FROM: readonly Place[] = [
  { kind: "configmap", member: "configMapRef", key: "name" },
  { kind: "secret", member: "secretRef", key: "name" },
];

/** A pod spec whose references have other names. Whatever is not understood stays as it is. */
export function renameConfigs(podSpec: unknown, rename: Rename): unknown {
  const container = (value: unknown): unknown => {
    const withVariables = inList(value, "env", (variable) =>
      inMember(variable, "valueFrom", (source) => atPlaces(source, VARIABLE, rename)),
    );
    return inList(withVariables, "envFrom", (source) => atPlaces(source, VARIABLES_FROM, rename));
  };
  const volume = (value: unknown): unknown =>
    inMember(atPlaces(value, VOLUME, rename), "projected", (projected) =>
      inList(projected, "sources", (source) => atPlaces(source, PROJECTED, rename)),
    );
  return inList(inList(inList(podSpec, "volumes", volume), "initContainers", container), "containers", container);
}

/** Everything that a pod spec refers to, sorted; one entry for each object. */
export function configsOf(podSpec: unknown): readonly ConfigReference[] {
  const found = new Map<string, ConfigReference>();
  renameConfigs(podSpec, (reference) => {
    const key = configKey(reference);
    const optional = reference.optional && (found.get(key)?.optional ?? true);
    found.set(key, { ...reference, optional });
    return reference.name;
  });
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, reference]) => reference);
}

function atPlaces(value: unknown, places: readonly Place[], rename: Rename): unknown {
  return places.reduce((object, { kind, member, key }) => {
    return inMember(object, member, (reference) => {
      const name = isObject(reference) ? reference[key] : undefined;
      if (!isObject(reference) || typeof name !== "string" || name === "") return reference;
      return { ...reference, [key]: rename({ kind, name, optional: reference["optional"] === true }) };
    });
  }, value);
}

/** An object with one member changed, where it has that. */
function inMember(value: unknown, member: string, change: (inner: unknown) => unknown): unknown {
  if (!isObject(value) || !isObject(value[member])) return value;
  return withMember(value, member, change(value[member]));
}

function inList(value: unknown, member: string, change: (item: unknown) => unknown): unknown {
  if (!isObject(value) || listAt(value, member).length === 0) return value;
  return withMember(value, member, listAt(value, member).map(change));
}

function withMember(object: KubernetesObject, member: string, next: unknown): KubernetesObject {
  return { ...object, [member]: next };
}
