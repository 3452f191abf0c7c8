import { complaintByStatus, escapeMarkup, type ProviderKind } from "./provider-kind.ts";

/** Google Chat, by an incoming webhook that takes cards. */
export const gchat: ProviderKind = {
  request({ severity, title, text, fields }, { address, username }) {
    const paragraph = (content: string) => ({ widgets: [{ textParagraph: { text: content } }] });
    const details = fields.map((field) => `<b>${escapeMarkup(field.title)}</b>: ${escapeMarkup(field.value)}`);
    return {
      url: address,
      headers: {},
      body: {
        cards: [
          {
            header: { title, subtitle: `${username} (${severity})` },
            sections: [paragraph(escapeMarkup(text)), paragraph(details.join("<br>"))],
          },
        ],
      },
    };
  },
  complaint: complaintByStatus,
};
