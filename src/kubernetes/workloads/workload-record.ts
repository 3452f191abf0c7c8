import type { WorkloadObservation } from "../../rollout/observation.ts";
import type { Revision } from "../../rollout/rollout.ts";
import type { ConfigReference } from "../configs/config-references.ts";

/** The label by which a workload's pods are told from others, and its value. */
export interface SelectorLabel {
  readonly key: string;
  readonly value: string;
}

/** What keeps something from working, for people. */
export interface Trouble {
  readonly reason: string;
  readonly message: string;
}

/** A port that a container says it listens on. */
export interface ContainerPort {
  readonly container: string;
  /** Place among the ports of its container, from 0. */
  readonly index: number;
  /** Empty when it has none. */
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** What is kept of a workload of any kind. Its template is not: it is read again when it has to be copied. */
export interface WorkloadRecord {
  readonly state: Omit<WorkloadObservation, "revision" | "trouble">;
  /** Content of its own template, without what it refers to. */
  readonly template: Revision;
  /** What its template was copied from, as we noted on it; `null`: not noted. */
  readonly copied: Revision | null;
  /** Hash of the template without everything in which a primary differs from its target: equal for the two of one revision. */
  readonly likeness: string;
  /** `null`: no label that could tell its pods; the same for kinds without pods. */
  readonly selector: SelectorLabel | null;
  readonly podLabels: Readonly<Record<string, string>>;
  /** Ports of all containers, those of injected proxies left out. */
  readonly ports: readonly ContainerPort[];
  /** ConfigMaps and Secrets that the template refers to. */
  readonly configs: readonly ConfigReference[];
  /** Why it cannot be a target; `null`: it can. */
  readonly obstacle: Trouble | null;
}
