import { message, section, context, type Message } from "./blocks.ts";
import { inWords, typed } from "./text.ts";

/** What help says about one verb. */
export interface HelpRow {
  readonly usage: string;
  readonly does: string;
  readonly example: string;
}

/** Help for one person in one place: only what they may do. `hidden` counts the verbs that they may not use here. */
export function helpMessage(rows: readonly HelpRow[], hidden: readonly string[]): Message {
  const lines = rows.map((row) => {
    const example = row.example === row.usage ? "" : `\n        e.g. ${typed(row.example)}`;
    return `${typed(row.usage)}  ${row.does}${example}`;
  });
  const missing = hidden.length === 0 ? "" : `Not for you here: ${inWords(hidden)}. The policy file says who may.`;
  return message(`Canary understands ${inWords(rows.map((row) => row.usage.split(" ")[1] ?? ""))}.`, [
    section("*Canary releases from chat.* What you may do here:"),
    section(...lines),
    context(
      [
        `A canary is ${typed("podinfo")}, ${typed("demo/podinfo")} or ${typed("prod-eu:demo/podinfo")}: the shortest form that only one has.`,
        "Slash commands do not work in threads: there, mention me, use the buttons, or the message shortcut “Canary actions”.",
        missing,
      ]
        .filter((words) => words !== "")
        .join("\n"),
    ),
  ]);
}
