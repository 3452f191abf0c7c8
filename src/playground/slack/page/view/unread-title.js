import { workspace } from "../store.js";
import { unreadFor } from "../reading.js";

/** How many unread messages call for the person being played. */
export function callsTotal() {
  return (workspace.value?.channels ?? []).reduce((sum, channel) => sum + unreadFor(channel).calls, 0);
}
