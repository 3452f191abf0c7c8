import type { types } from "@slack/bolt";
import type { CanaryView } from "../../rollout/view.ts";
import { buttonsFor } from "../buttons/table.ts";
import { context, controls, modal, plainText, section, type Block, type Message } from "./blocks.ts";
import { fullName, label } from "./names.ts";
import { rolloutCard } from "./rollout-card.ts";
import { clip } from "./text.ts";

export const START_FORM = "canary_start_form";
export const ANSWER_VIEW = "canary_answer";
export const CANARY_SELECT = { block: "canary", action: "canary_choice" } as const;
export const VERSION_INPUT = { block: "version", action: "version_text" } as const;

/** Options that Slack takes at most in one list. */
const MOST_OPTIONS = 100;

/** The form behind “Start canary”: which canary, which version. `channel` is where the rollout is announced; empty: the default. */
export function startForm(views: readonly CanaryView[], channel: string): types.ModalView {
  if (views.length === 0)
    return modal({
      title: "Start a release",
      callbackId: ANSWER_VIEW,
      blocks: [section("There is no canary that you may start and that can be seen now.")],
    });
  return modal({
    title: "Start a release",
    callbackId: START_FORM,
    submit: "Start",
    metadata: JSON.stringify({ channel }),
    blocks: [
      {
        type: "input",
        block_id: CANARY_SELECT.block,
        label: plainText("Canary", 2000),
        element: {
          type: "static_select",
          action_id: CANARY_SELECT.action,
          placeholder: plainText("Choose one", 150),
          options: views.slice(0, MOST_OPTIONS).map(option),
        },
      },
      {
        type: "input",
        block_id: VERSION_INPUT.block,
        label: plainText("Version", 2000),
        hint: plainText(
          "A tag such as 6.1.0, or a whole image. Empty: the version that waits, or the one that failed.",
          2000,
        ),
        optional: true,
        element: {
          type: "plain_text_input",
          action_id: VERSION_INPUT.action,
          placeholder: plainText("6.1.0", 150),
          max_length: 500,
        },
      },
      context("Steps, checks and approvals are those of the canary's manifest."),
    ],
  });
}

function option(view: CanaryView): types.PlainTextOption {
  return {
    text: plainText(fullName(view), 75),
    value: optionValue(view),
    description: plainText(`now ${label(view.promoted ?? view.revision)}`, 75),
  };
}

/** A canary as an option's value (at most 75 characters): its full name, or its uid where that is too long. */
export function optionValue(view: CanaryView): string {
  const name = fullName(view);
  return [...name].length <= 75 ? name : clip(`uid:${view.uid}`, 75);
}

/** The message shortcut's answer: the rollout that the message belongs to, with its present controls. `channel` is where the message stands. */
export function actionsModal(view: CanaryView, channel: string): types.ModalView {
  return modal({
    title: clip(`Canary: ${view.name}`, 24),
    callbackId: ANSWER_VIEW,
    metadata: JSON.stringify({ channel }),
    blocks: [...withoutControls(rolloutCard(view)), ...controls(`actions:${view.rollout}`, buttonsFor(view))],
  });
}

const withoutControls = ({ blocks }: Message): readonly Block[] => blocks.filter((block) => block.type !== "actions");

/** An answer to something that was pressed where no message can be sent to, such as Home. */
export function answerModal(answer: Message): types.ModalView {
  return modal({ title: "Canary", callbackId: ANSWER_VIEW, blocks: answer.blocks });
}
