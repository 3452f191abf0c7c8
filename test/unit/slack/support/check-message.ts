import assert from "node:assert/strict";
import { validateMessage, validateView } from "../../../../src/playground/slack/blocks/validate.ts";
import type { Message } from "../../../../src/slack/messages/blocks.ts";

/** Fails with every fault that Slack would find in a message, and when its `text` is no sentence. */
export function assertPostable(message: Message): void {
  const plain = JSON.parse(JSON.stringify({ text: message.text, blocks: message.blocks }));
  assert.deepEqual(validateMessage(plain), []);
  assert.match(message.text, /\S.*[.?!…)]$/su, "text is not a full sentence");
}

export function assertShowable(view: object): void {
  assert.deepEqual(validateView(JSON.parse(JSON.stringify(view))), []);
}
