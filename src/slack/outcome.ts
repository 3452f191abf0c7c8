import type { Receipt } from "../queue/jobs.ts";
import type { SnapshotReader } from "../snapshots/snapshots.ts";
import { permalink } from "./background-client.ts";
import { accepted } from "./messages/answers.ts";
import type { Message } from "./messages/blocks.ts";
import { refusalMessage } from "./messages/refusal.ts";

/** What a person reads when a worker has answered: accepted, with the way to the thread, or refused, with what to do. */
export async function outcomeMessage(
  receipt: Receipt,
  parts: { readonly snapshots: SnapshotReader; readonly workspace: string },
): Promise<Message> {
  const { command, outcome } = receipt;
  if (outcome.kind === "refused") return refusalMessage(command, outcome.refusal, outcome.view);
  // Only a link is at stake, so a snapshot that cannot be read is no reason to keep the outcome from the person.
  const view = await parts.snapshots.get(command).catch(() => null);
  // A start is accepted before its rollout begins, so what stands here now is the one before.
  const root = command.verb !== "start" && view?.rollout === outcome.rollout ? view.root : null;
  const { verb, image, gate } = command;
  return accepted(
    { verb, target: command, image, gate, meant: "" },
    { label: outcome.label, link: permalink(parts.workspace, root) },
  );
}
