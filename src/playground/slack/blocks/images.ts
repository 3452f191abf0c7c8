import { isRecord, literal, object, refuse, text } from "./check.ts";
import type { Check, Fields, JsonRecord, Place } from "./check.ts";
import { blockId, plainText } from "./text-objects.ts";

// Slack fetches the picture from the outside: addresses that only exist inside a network can never work.
const privateHost =
  /^(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.|\[)|\.(local|localhost|internal|svc|lan|test|invalid)$|^[^.]+$/;

/** True for https addresses that a server on the Internet could fetch. */
export function isPublicHttps(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === "https:" && !privateHost.test(url.hostname);
}

/** An address of at most 3,000 characters that Slack can download. */
export const imageUrl: Check = (value, place) => {
  text(3000)(value, place);
  if (typeof value === "string" && value !== "" && !isPublicHttps(value)) refuse(place, "downloading image failed");
};

const slackFile: Check = (value, place) => {
  object({
    optional: { id: text(255), url: text(3000) },
    rules: [
      (file, at) => {
        if (Object.hasOwn(file, "id") === Object.hasOwn(file, "url")) refuse(at, "must define either `id` or `url`");
      },
    ],
  })(value, place);
  if (isRecord(value) && place.fileUsable !== undefined && !place.fileUsable(value))
    refuse(place, "invalid slack file");
};

function oneSource(value: JsonRecord, place: Place): void {
  if (Object.hasOwn(value, "image_url") === Object.hasOwn(value, "slack_file"))
    refuse(place, "must define either `image_url` or `slack_file`");
}

function image(extra: Fields): Check {
  return object({
    required: { type: literal("image"), alt_text: text(2000) },
    optional: { image_url: imageUrl, slack_file: slackFile, ...extra },
    rules: [oneSource],
  });
}

/** The small picture in a context or as an accessory. */
export const imageElement: Check = image({});

/** The picture as a block of its own. */
export const imageBlock: Check = image({ block_id: blockId, title: plainText(2000) });
