import type { Denial } from "../permissions.ts";
import type { Stranger } from "../people.ts";
import { note, type Message } from "./blocks.ts";
import { fullName } from "./names.ts";
import { code, inWords } from "./text.ts";

const STRANGERS = {
  unknown: "I do not know you: Slack has no such user. Nothing was done.",
  unreachable:
    "I could not check who you are, because Slack's directory did not answer. Nothing was done; try again in a minute.",
  "other-team": "You are from another workspace, and only members of this one can run releases. Ask somebody here.",
  deactivated: "Your account is deactivated, so nothing was done.",
  machine: "Apps and workflows cannot run releases; a person has to ask.",
  guest: "Guests cannot run releases. Ask a full member of this workspace.",
  invited: "You have not accepted your invitation to this workspace yet. Accept it, then ask again.",
} as const satisfies { readonly [Why in Stranger]: string };

/** Why this person was refused, and who can be asked instead. */
export function denialMessage(denial: Denial): Message {
  if (denial.kind === "stranger") return note(STRANGERS[denial.why]);
  const { deed, who, elsewhere } = denial;
  const what = deed.target === null ? code(deed.verb) : `${code(deed.verb)} ${code(fullName(deed.target), 200)}`;
  if (elsewhere.length > 0) {
    const places = inWords(
      elsewhere.slice(0, 5).map((id) => `<#${id}>`),
      "or",
    );
    return note(`You may not ${what} from here, but from ${places} you may. Type it there.`);
  }
  if (who.length === 0)
    return note(`Nobody may ${what}: no rule of the policy file allows it. Ask whoever keeps that file.`);
  return note(`You may not ${what}. Ask ${inWords(who.slice(0, 6), "or")}: the policy file lets them.`);
}
