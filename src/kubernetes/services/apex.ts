import { NotFoundError, TerminalError } from "../../errors.ts";
import type { Canary } from "../../rollout/canary.ts";
import type { FollowedKinds } from "../followed-kinds.ts";
import { onlyVersion, setKey, setKeys, type Operation } from "../json-patch.ts";
import { primaryName } from "../names.ts";
import type { Writes } from "../writes.ts";
import { selectingOf } from "./look-at-services.ts";
import type { ServiceRecord } from "./service-record.ts";
import { buildService, selectionOf, serviceEdits, wantedService } from "./services.ts";

/** The apex Services for whoever routes by nothing else: whom they lead to, and marks on them. */
export interface ApexServices {
  /** `null`: there is none. */
  look(canary: Canary): ApexService | null;
  /**
   * Makes it lead to that workload, and sets these annotations (`undefined`: removes them). Makes the Service when `resourceVersion`
   * is `null`. One request. Throws ConflictError when it has another resourceVersion.
   */
  write(canary: Canary, wanted: WriteApex): Promise<void>;
}

export interface ApexService {
  readonly resourceVersion: string;
  readonly selects: "primary" | "target" | "other";
  readonly annotations: Readonly<Record<string, string>>;
}

export interface WriteApex {
  /** `null`: whomever it leads to now. */
  readonly selects: "primary" | "target" | null;
  readonly annotations: Readonly<Record<string, string | undefined>>;
  readonly resourceVersion: string | null;
}

/** Looks at and writes the same Services that are followed for every canary. */
export function createApexServices({ kinds, writes }: { kinds: FollowedKinds; writes: Writes }): ApexServices {
  const { services } = kinds;
  const find = ({ ref, service }: Canary) => services.get(ref.namespace, service.name);
  return {
    look(canary) {
      const record = find(canary);
      if (record === null) return null;
      const { resourceVersion, annotations } = record;
      return { resourceVersion, selects: leadsTo(kinds, canary, record), annotations: annotations ?? {} };
    },
    async write(canary, { selects, annotations, resourceVersion }) {
      const { namespace } = canary.ref;
      const { name } = canary.service;
      const record = find(canary);
      if (resourceVersion === null || record === null) {
        const service = newApex(kinds, canary, selects ?? "primary", annotations);
        await writes.create(services, namespace, service);
        return;
      }
      const leading = selectionEdits(kinds, canary, { record, selects });
      // Leading it elsewhere also marks it, so that there are annotations after that.
      const present = record.annotations ?? (leading.length > 0 ? {} : null);
      const edits = [onlyVersion(resourceVersion), ...leading, ...annotationEdits(present, annotations)];
      await writes.patch(services, { namespace, name }, edits);
    },
  };
}

/** A target that is gone can still be told from primary, which is called after it. */
function leadsTo(kinds: FollowedKinds, canary: Canary, record: ServiceRecord): ApexService["selects"] {
  // It is the target itself, and its traffic is shifted by nothing.
  if (canary.target.kind === "Service") return "primary";
  const selecting = selectingOf(kinds, canary);
  if (selecting !== null) {
    const selection = selectionOf(record, selecting);
    return selection === "absent" ? "other" : selection;
  }
  const primary = kinds.workloads[canary.target.kind].get(canary.ref.namespace, primaryName(canary))?.selector;
  return primary && record.selector[primary.key] === primary.value ? "primary" : "other";
}

function needSelecting(kinds: FollowedKinds, canary: Canary) {
  const { kind, name } = canary.target;
  const selecting = selectingOf(kinds, canary);
  if (selecting !== null) return selecting;
  throw new NotFoundError(
    `while routing by Service ${canary.service.name}: the pods of ${kind} ${name} cannot be told`,
  );
}

function newApex(
  kinds: FollowedKinds,
  canary: Canary,
  selects: "primary" | "target",
  annotations: WriteApex["annotations"],
) {
  if (canary.target.kind === "Service") {
    throw new TerminalError(`while routing by Service ${canary.service.name}: it is the target, and does not exist`);
  }
  const selecting = needSelecting(kinds, canary);
  const wanted = wantedService(canary, { role: "apex", selecting, apexSelects: selects });
  const set = Object.entries(annotations).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const own = { ...wanted.own, annotations: { ...wanted.own.annotations, ...Object.fromEntries(set) } };
  return buildService(canary, { ...wanted, own }, selecting.label);
}

function selectionEdits(
  kinds: FollowedKinds,
  canary: Canary,
  { record, selects }: { readonly record: ServiceRecord; readonly selects: WriteApex["selects"] },
): readonly Operation[] {
  if (selects === null || leadsTo(kinds, canary, record) === selects) return [];
  const selecting = needSelecting(kinds, canary);
  return serviceEdits(canary, {
    wanted: wantedService(canary, { role: "apex", selecting, apexSelects: selects }),
    record,
    selecting,
  });
}

function annotationEdits(
  present: ServiceRecord["annotations"],
  wanted: WriteApex["annotations"],
): readonly Operation[] {
  const set = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  const gone = Object.keys(wanted).filter((key) => wanted[key] === undefined && present?.[key] !== undefined);
  const path = "/metadata/annotations";
  return [...setKeys(path, present, set), ...gone.map((key) => setKey(path, key, undefined))];
}
