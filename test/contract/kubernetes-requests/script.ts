import type { JsonValue } from "../../../src/playground/kubernetes/json.ts";

/** What an API server said, as a step sees it. */
export interface Answer {
  readonly status: number;
  /** The body as JSON; text for anything else. */
  readonly body: JsonValue;
}

interface Said {
  /** What this step shows, in one short sentence; unique in its chapter. */
  readonly say: string;
}

/** One request. `<name>` in path and body stands for something that was kept, or for `<ns>` or `<group>` of this play. */
export interface RequestStep extends Said {
  /** Method and path: `GET /api/v1/namespaces/<ns>/configmaps`. */
  readonly ask: string;
  /** A string goes out as it is, everything else as JSON. */
  readonly body?: unknown;
  /** Content-Type; default `application/json`. */
  readonly type?: string;
  /** Default `application/json`. */
  readonly accept?: string;
  /** Values of this answer for later steps, by name: path into the body. */
  readonly keep?: Readonly<Record<string, readonly (string | number)[]>>;
  /** Asks again and again until this holds: what a controller does takes its time. */
  readonly until?: (answer: Answer) => boolean;
  /** The part of the body that both servers must agree on; default all of it. */
  readonly view?: (body: JsonValue) => JsonValue | undefined;
}

/** A watch that is read until so many events are there, or the server ends it. */
export interface WatchStep extends Said {
  readonly watch: string;
  readonly events: number;
  readonly accept?: string;
}

/** The server forgets its history, as etcd does when it is compacted. */
export interface ForgetStep extends Said {
  readonly forget: true;
}

export type Step = RequestStep | WatchStep | ForgetStep;

/** A list of steps that belong together and leave other chapters alone: each has a namespace and an API group of its own. */
export interface Chapter {
  /** Names the recording. */
  readonly name: string;
  readonly about: string;
  readonly steps: readonly Step[];
  /** Compare `metadata.managedFields` too; elsewhere they are left out. */
  readonly showsManagedFields?: true;
}

/** What is compared and recorded of one step. */
export interface Recorded {
  readonly say: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  readonly events?: JsonValue;
}
