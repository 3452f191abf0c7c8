import type { Method } from "./method.ts";
import { basicMethods } from "./methods/basics.ts";
import { chatMethods } from "./methods/chat.ts";
import { conversationMethods } from "./methods/conversations.ts";
import { fileMethods } from "./methods/files.ts";
import { markMethods } from "./methods/marks.ts";
import { userMethods } from "./methods/users.ts";
import { viewMethods } from "./methods/views.ts";

const rows: readonly Method[] = [
  ...basicMethods,
  ...chatMethods,
  ...viewMethods,
  ...conversationMethods,
  ...userMethods,
  ...markMethods,
  ...fileMethods,
];

/** Every emulated Web API method by its name. */
export const methodTable: ReadonlyMap<string, Method> = new Map(rows.map((row) => [row.name, row]));
