import { respondingAnswerer } from "../answerers.ts";
import type { BoltApp, ListenerParts } from "../app.ts";
import { Command } from "../deliveries.ts";

/** `/canary …` */
export function listenToCommands(app: BoltApp, { ask }: ListenerParts): void {
  app.command("/canary", async ({ ack, body, respond }) => {
    await ack();
    const { user_id, team_id, channel_id, trigger_id, text } = Command.parse(body);
    const caller = { user: user_id, team: team_id };
    const answerer = respondingAnswerer((answer) => respond({ ...answer, blocks: [...answer.blocks] }));
    await ask.typed({ caller, channel: channel_id, delivery: trigger_id, answerer }, { text, implied: null });
  });
}
