import type { Canary } from "../rollout/canary.ts";
import { copyName, primaryName } from "./names.ts";
import { ROLES, serviceName } from "./services/services.ts";

interface Key {
  readonly namespace: string;
  readonly name: string;
}

const nameOf = ({ namespace, name }: Key): string => `${namespace}/${name}`;

/** Finds the canaries that an object belongs to, without asking all of them. */
export class CanaryIndex {
  /** Canary names by the object names that concern them; both within a namespace. */
  readonly #byObject = new Map<string, Set<string>>();
  readonly #objects = new Map<string, readonly string[]>();

  /** Takes over what a canary refers to now; `null`: nothing, since it is gone or not understood. */
  update(key: Key, canary: Canary | null): void {
    const canaryName = nameOf(key);
    for (const object of this.#objects.get(canaryName) ?? []) {
      const owners = this.#byObject.get(object);
      owners?.delete(canaryName);
      if (owners?.size === 0) this.#byObject.delete(object);
    }
    this.#objects.delete(canaryName);
    if (canary === null) return;
    const scaler = canary.scaler === null ? [] : [canary.scaler.name, copyName(canary.scaler.name)];
    const services = ROLES.map((role) => serviceName(canary, role));
    const names = [canary.target.name, primaryName(canary), ...services, ...scaler];
    const objects = [...new Set(names)].map((name) => nameOf({ namespace: key.namespace, name }));
    this.#objects.set(canaryName, objects);
    for (const object of objects) {
      const owners = this.#byObject.get(object) ?? new Set();
      this.#byObject.set(object, owners.add(canaryName));
    }
  }

  /** Canaries that refer to an object of this name, whatever its kind: workloads, Services, scalers and routes share their names. */
  concernedBy(object: Key): readonly Key[] {
    return [...(this.#byObject.get(nameOf(object)) ?? [])].map((canary) => {
      const [namespace = "", name = ""] = canary.split("/");
      return { namespace, name };
    });
  }
}
