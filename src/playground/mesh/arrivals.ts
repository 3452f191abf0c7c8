import { z } from "zod";
import type { Change } from "./kubernetes-watch.ts";
import type { WatchedKind } from "./mesh-config.ts";

const Versioned = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/** Which version of each object has come as far as the proxy. */
export class Arrivals {
  readonly #versions = new Map<string, string>();

  note(kind: WatchedKind, change: Change): void {
    const object = `${kind} ${change.key}`;
    if (change.kind === "deleted") this.#versions.delete(object);
    else this.#versions.set(object, Versioned.parse(change.object).metadata.resourceVersion);
  }

  versionOf(object: string): string | undefined {
    return this.#versions.get(object);
  }
}
