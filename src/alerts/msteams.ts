import { tidy } from "../outbound/tidy.ts";
import { complaintByStatus, escapeMarkup, type ProviderKind } from "./provider-kind.ts";

/** Microsoft Teams, by an incoming webhook that takes message cards. */
export const msteams: ProviderKind = {
  request({ severity, title, text, fields }, { address }) {
    const section = {
      activityTitle: escapeMarkup(title),
      activitySubtitle: escapeMarkup(text),
      facts: fields.map((field) => ({ name: field.title, value: escapeMarkup(field.value) })),
      markdown: false,
    };
    return {
      url: address,
      headers: {},
      body: {
        "@type": "MessageCard",
        "@context": "http://schema.org/extensions",
        themeColor: severity === "error" ? "FF0000" : "0076D7",
        summary: title,
        sections: [section],
      },
    };
  },
  /** Teams answers 200 also when it could not deliver, and says so in words. */
  complaint: (answer) => {
    const byStatus = complaintByStatus(answer);
    if (byStatus !== null || !/delivery failed/i.test(answer.text)) return byStatus;
    return { problem: `Teams did not deliver it: ${tidy(answer.text)}`, again: /\b(429|5\d\d)\b/.test(answer.text) };
  },
};
