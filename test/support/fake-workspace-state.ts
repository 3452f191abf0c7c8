import type { UiChannel, UiPanel, UiPerson, UiState } from "../../src/playground/slack/ui-protocol.ts";
import { sampleMessages } from "./fake-workspace-messages.ts";

function person(fields: Partial<UiPerson> & { readonly id: string; readonly name: string }): UiPerson {
  return { title: "", color: "#7a5c94", guest: false, bot: false, canBePlayed: true, tz: "UTC", ...fields };
}

function channel(fields: Partial<UiChannel> & { readonly id: string; readonly name: string }): UiChannel {
  return { kind: "public", archived: false, topic: "", ...fields };
}

const PEOPLE = [
  person({ id: "U0ANA", name: "ana", title: "Developer, starts rollouts", color: "#2f7a6b" }),
  person({ id: "U0LEE", name: "lee", title: "Release approver", color: "#b8562f" }),
  person({ id: "U0SAM", name: "sam", title: "Developer without rights", color: "#3f6fb0" }),
  person({ id: "U0GIA", name: "gia", title: "Contractor", color: "#8c4f8f", guest: true }),
  person({ id: "U0BOT", name: "Canary", title: "Runs canary releases", bot: true, canBePlayed: false }),
];

const CHANNELS = [
  channel({ id: "C0DEPLOYS", name: "deploys", topic: "Every rollout happens here, in the open" }),
  channel({ id: "C0GENERAL", name: "general", topic: "Company-wide news" }),
  channel({ id: "C0RANDOM", name: "random", topic: "Not about work" }),
  channel({ id: "C0SECURE", name: "release-approvers", kind: "private", topic: "Who may say yes" }),
  channel({ id: "C0OLD", name: "old-releases", archived: true }),
  channel({ id: "D0LEE", name: "lee", kind: "im", with: "U0LEE" }),
  channel({ id: "D0BOT", name: "canary", kind: "im", with: "U0BOT" }),
];

/** Ids of the sample people by name. */
export const samplePeople: Readonly<Record<string, string>> = Object.fromEntries(
  PEOPLE.map(({ id, name }) => [name.toLowerCase(), id]),
);

/** The workspace as one person sees it, with messages around `now`; undefined for somebody unknown. */
export function sampleState(me: string, now: number, changes: Partial<UiState> = {}): UiState | undefined {
  if (!PEOPLE.some(({ id }) => id === me)) return undefined;
  return {
    team: { name: "Pit Head" },
    me,
    people: PEOPLE,
    channels: CHANNELS,
    groups: [{ id: "S0APPROVERS", handle: "release-approvers", users: ["U0LEE"] }],
    commands: [
      {
        command: "/canary",
        description: "Run canary releases",
        usageHint: "start | status | list | pause | resume | approve | rollback | help",
      },
      { command: "/cancel", description: "Cancel a reminder", usageHint: "[name]" },
    ],
    shortcuts: [
      { callbackId: "canary_actions", name: "Canary actions", kind: "message" },
      { callbackId: "canary_start", name: "Start a rollout", kind: "global" },
    ],
    messages: sampleMessages(now).filter(({ onlyFor }) => onlyFor === undefined || onlyFor === me),
    home: null,
    modals: [],
    app: { id: "A0CANARY", name: "Canary", botUser: "U0BOT", dm: "D0BOT", connected: true },
    ...changes,
  };
}

/** Traffic in the middle of a rollout, and the usual scenarios. */
export const samplePanel: UiPanel = {
  traffic: [
    { service: "podinfo", version: "6.0.0", perSecond: 28.4, failedPercent: 0.02, p99Ms: 41 },
    { service: "podinfo", version: "6.1.0", perSecond: 12.2, failedPercent: 0, p99Ms: 38 },
    { service: "checkout", version: "2.14.0", perSecond: 18.9, failedPercent: 0.1, p99Ms: 208 },
    { service: "checkout", version: "2.14.1-bad", perSecond: 2.1, failedPercent: 23.8, p99Ms: 1240 },
  ],
  scenarios: [
    { id: "fail", label: "New version fails", hint: "A third of its answers become 500", active: true },
    { id: "slow", label: "New version is slow", hint: "Every answer takes 900 ms longer", active: false },
    { id: "no-metrics", label: "Prometheus is away", hint: "Queries get no answer", active: false },
    { id: "kill-worker", label: "Kill the worker", hint: "It comes back by itself", active: false },
  ],
  links: [
    { label: "Sample app", url: "http://127.0.0.1:9898/" },
    { label: "Prometheus", url: "http://127.0.0.1:9090/" },
  ],
};
