import { createHash } from "node:crypto";
import { z } from "zod";
import type { CanaryRef } from "../../rollout/canary.ts";
import { Revision } from "../../rollout/rollout.ts";
import type { RevisionHash } from "../../units.ts";
import { KEPT_FOR, KEPT_REVISION, ownedBy } from "../names.ts";
import { at, type KubernetesObject } from "../object.ts";

/** Pure: ControllerRevisions that hold what a primary ran before a promotion. */

/** A config of primary's, and the copy of it that stays as it was. */
const KeptConfig = z.object({ kind: z.enum(["configmap", "secret"]), name: z.string(), copy: z.string() });
export type KeptConfig = z.infer<typeof KeptConfig>;

const Described = z.object({ revision: Revision, configs: z.array(KeptConfig) });
export type Described = z.infer<typeof Described>;

const Stored = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()),
    labels: z.record(z.string(), z.string()),
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string() })),
  }),
  revision: z.int(),
});

export interface KeptRecord extends Described {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Name and uid of the canary. */
  readonly owner: Pick<CanaryRef, "name" | "uid">;
  /** Rises with every promotion: the highest is the newest. */
  readonly number: number;
}

/** Projects a ControllerRevision; `null` for one that is not ours. */
export function readKept(object: unknown): KeptRecord | null {
  const { metadata, revision: number } = Stored.parse(object);
  const { name, uid, resourceVersion } = metadata;
  const owner = metadata.ownerReferences.find((one) => one.kind === "Canary");
  const described = Described.safeParse(parse(metadata.annotations[KEPT_REVISION] ?? ""));
  if (owner === undefined || owner.uid !== metadata.labels[KEPT_FOR] || !described.success) return null;
  return { name, uid, resourceVersion, owner, number, ...described.data };
}

export interface Keeping extends Described {
  readonly ref: CanaryRef;
  readonly name: string;
  readonly number: number;
  /** What primary runs, as its kind keeps it. */
  readonly content: KubernetesObject;
}

export function buildKept({ ref, name, number, content, revision, configs }: Keeping): KubernetesObject {
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name,
      namespace: ref.namespace,
      labels: { [KEPT_FOR]: ref.uid },
      annotations: { [KEPT_REVISION]: JSON.stringify({ revision, configs } satisfies Described) },
      ownerReferences: ownedBy(ref),
    },
    data: { spec: content },
    revision: number,
  };
}

/** What `build` put in. */
export const contentOfKept = (kept: KubernetesObject): unknown => at(kept, "data", "spec");

/** The same for the same revision of the same primary: keeping it twice keeps one. */
export const keptName = (primary: string, revision: RevisionHash): string => withSuffix(primary, digits(revision));

/** Name of the lasting copy of one of primary's configs. Each kept revision has its own, and they go together. */
export function keptConfigName(config: string, { kept }: { readonly kept: string }): string {
  const suffix = createHash("sha256").update(kept).digest("hex").slice(0, 12);
  return withSuffix(config, suffix);
}

const digits = (revision: RevisionHash): string => revision.replace(/^v\d+-/, "");
const LONGEST_NAME = 253;

function withSuffix(name: string, suffix: string): string {
  const room = LONGEST_NAME - suffix.length - 1;
  return `${name.slice(0, room).replace(/[^a-z0-9]+$/, "")}-${suffix}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
