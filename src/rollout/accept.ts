import type { Timestamp } from "../units.ts";
import type { RolloutCommand } from "./command.ts";
import { trimCommands } from "./record.ts";
import type { RecordedCommand } from "./rollout.ts";
import type { Subject } from "./subject.ts";

/** Whether a command with this id has reached the record before, whatever became of it. */
export function knowsCommand(subject: Subject, id: string): boolean {
  return subject.rollout?.commands.some((command) => command.id === id) ?? false;
}

/**
 * The subject with the command pending in its record; saved, it is accepted. The same subject when its id stands there already,
 * or when there is no record to write into.
 */
export function withCommand(subject: Subject, command: RolloutCommand, now: Timestamp): Subject {
  const { rollout } = subject;
  if (rollout === null || knowsCommand(subject, command.id)) return subject;
  const commands = trimCommands([...rollout.commands, recorded(command, now)]);
  return { ...subject, rollout: { ...rollout, commands } };
}

function recorded(command: RolloutCommand, now: Timestamp): RecordedCommand {
  return {
    id: command.id,
    verb: command.verb,
    actor: command.actor,
    at: now,
    state: "pending",
    note: "",
    ...(command.image !== "" && { image: command.image }),
    ...(command.gate !== null && { gate: command.gate }),
    ...(command.revision !== null && { revision: command.revision }),
    ...(command.rollout !== "" && { rollout: command.rollout }),
    ...(command.reason !== "" && { reason: command.reason }),
    ...(command.roles.length > 0 && { roles: command.roles }),
    channel: command.channel,
  };
}
