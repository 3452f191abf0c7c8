// @ts-check
/** What the server's refusals mean to a person. */

/** @type {ReadonlyMap<string, string>} */
const REASONS = new Map([
  ["restricted_action", "Only some people may post in this channel."],
  ["not_in_channel", "You are not a member of this channel."],
  ["is_archived", "This channel is archived."],
  ["channel_not_found", "The person you are playing cannot see this channel."],
  ["thread_not_found", "The message that this thread hangs on is gone."],
  ["message_not_found", "This message is gone."],
  ["view_not_found", "This view was closed meanwhile."],
  ["user_not_found", "This person cannot be played."],
  ["shortcut_not_found", "The app has no such shortcut for you."],
  ["app_not_reachable", "This message was not posted by the app, so nobody listens to it."],
  ["operation_timeout", "The app did not answer within three seconds."],
  ["dispatch_failed", "The app could not be reached. Is the bot running?"],
  ["invalid_options", "The app answered with options that Slack would refuse; the journal says which."],
  ["query_too_short", "Type a little more."],
  ["no_panel", "The workspace runs alone; there is nothing to switch."],
]);

/** A sentence for a refusal; codes without one are shown as they are. @param {string} code */
export function reasonFor(code) {
  return REASONS.get(code) ?? code;
}
