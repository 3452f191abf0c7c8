import type { CanaryStatus } from "../rollout/rollout.ts";
import type { Subject } from "../rollout/subject.ts";

/** Names a canary within the worker's cluster. */
export interface CanaryKey {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The Canary objects of one cluster. Reads come from a watch cache and cost no request.
 * After a successful save, `get` answers at least that version (never an older one that the watch still delivers).
 */
export interface CanaryStore {
  get(key: CanaryKey): Subject | null;
  list(): readonly Subject[];
  /**
   * Replaces the status on condition that the object still has `subject.resourceVersion`. One request, and two
   * before it where the object was seen without a record: the server is asked whether it would keep one, and whether it holds one.
   * Throws ConflictError when it has another (look again), NotFoundError when the canary is gone, SchemaError when the
   * server does not keep `status.rollout` because another CRD prunes it: then nothing may be executed.
   */
  save(subject: Subject, status: CanaryStatus): Promise<Subject>;
  /** Makes deletion of the object wait for us, or lets it go. ConflictError when it has changed; a canary that is gone is fine. */
  setFinalizer(subject: Subject, present: boolean): Promise<void>;
}
