import { definitionOf, type ManifestProblem, type Subject } from "../rollout/subject.ts";
import type { CanaryKey } from "./canary-store.ts";

interface Claimant extends CanaryKey {
  readonly createdAt: string;
  /** Objects that it works on, with the field that names each. */
  readonly objects: ReadonlyMap<string, string>;
}

const nameOf = ({ namespace, name }: CanaryKey): string => `${namespace}/${name}`;

/**
 * Knows which canary works on which objects. Two on one target, or on one Service, would undo each other's work for ever: the older
 * one has it, and the younger one is refused until that is gone. Costs the same however many canaries there are.
 */
export class Claims {
  readonly #claimants = new Map<string, Claimant>();
  readonly #byObject = new Map<string, Set<string>>();

  /**
   * Takes over what a canary works on; `null`: it is gone. One whose manifest is not understood keeps what it had. Answers the
   * others for which that may change something.
   */
  put(key: CanaryKey, stored: { readonly subject: Subject; readonly createdAt: string } | null): readonly CanaryKey[] {
    const name = nameOf(key);
    const before = this.#claimants.get(name);
    const objects = stored === null ? NO_OBJECTS : (objectsOf(stored.subject) ?? before?.objects ?? NO_OBJECTS);
    if (before !== undefined && stored?.createdAt === before.createdAt && isSame(before.objects, objects)) return [];
    const touched = new Set<string>();
    for (const object of before?.objects.keys() ?? []) {
      const names = this.#byObject.get(object);
      names?.delete(name);
      if (names?.size === 0) this.#byObject.delete(object);
      names?.forEach((other) => touched.add(other));
    }
    for (const object of objects.keys()) {
      const names = this.#byObject.get(object) ?? new Set();
      names.forEach((other) => touched.add(other));
      this.#byObject.set(object, names.add(name));
    }
    if (stored === null) this.#claimants.delete(name);
    else this.#claimants.set(name, { ...key, createdAt: stored.createdAt, objects });
    touched.delete(name);
    return [...touched].flatMap((other) => this.#claimants.get(other) ?? []);
  }

  /** Why a canary may not work: an older one has something of its. `null`: nothing is in its way. */
  problemOf(key: CanaryKey): ManifestProblem | null {
    const own = this.#claimants.get(nameOf(key));
    if (own === undefined) return null;
    for (const [object, path] of own.objects) {
      for (const name of this.#byObject.get(object) ?? []) {
        const other = this.#claimants.get(name);
        if (other === undefined || other === own || !isOlder(other, own)) continue;
        const problem = `leads to ${object.split("/").slice(1).join(" ")}, which the older canary ${other.name} works on`;
        return {
          path,
          problem,
          fix: `Delete one of the two canaries, or let this one have another target and Service.`,
        };
      }
    }
    return null;
  }

  /** The subject as the engine may have it: without a definition while something is in its way. */
  judge(subject: Subject): Subject {
    if (subject.canary === null) return subject;
    const problem = this.problemOf(subject.ref);
    return problem === null ? subject : { ...subject, canary: null, problem, retreat: subject.canary };
  }
}

const NO_OBJECTS: ReadonlyMap<string, string> = new Map();

/** `namespace/kind/name` of everything that is made or changed under a name that the manifest gives. */
function objectsOf(subject: Subject): ReadonlyMap<string, string> | null {
  const canary = definitionOf(subject);
  if (canary === null) return null;
  const { target, service, ref } = canary;
  const objects = new Map<string, string>();
  const claim = (kind: string, name: string, path: string): void => {
    const object = `${ref.namespace}/${kind}/${name}`;
    if (!objects.has(object)) objects.set(object, path);
  };
  for (const suffix of ["", "-primary"]) claim(target.kind, target.name + suffix, "spec.targetRef.name");
  const path = target.kind === "Service" ? "spec.targetRef.name" : "spec.service.name";
  for (const suffix of ["", "-primary", "-canary"]) claim("Service", service.name + suffix, path);
  return objects;
}

const isSame = (left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean =>
  left.size === right.size && [...left.keys()].every((object) => right.has(object));

function isOlder(left: Claimant, right: Claimant): boolean {
  if (left.createdAt !== right.createdAt) return left.createdAt < right.createdAt;
  return left.name < right.name;
}
