import type { Answer } from "../outbound/post.ts";
import { tidy } from "../outbound/tidy.ts";
import type { Trouble } from "../outbound/trouble.ts";

/** A webhook agrees by one of these and by nothing else. */
export const agrees = (status: number): boolean => status >= 200 && status <= 202;

/** What is wrong with a webhook's answer, with its own words; `null`: it agrees. */
export function complaintAbout({ status, text }: Answer): Trouble | null {
  if (agrees(status)) return null;
  if (status < 300)
    return { problem: `HTTP ${status} does not count as success, answer 200, 201 or 202`, again: false };
  if (status < 400)
    return { problem: `HTTP ${status}: redirects are not followed, use the final address`, again: false };
  const words = tidy(text);
  const again = status === 429 || (status >= 500 && status !== 501);
  return { problem: `HTTP ${status}${words === "" ? "" : `: ${words}`}`, again };
}
