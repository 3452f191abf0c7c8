import type { Seed } from "./workspace/model.ts";

const team = { id: "T0COALMINE", name: "Coalmine Playground", domain: "coalmine-playground" };
const partnerTeam = "T0PARTNER1";

const person = {
  kind: "member",
  tz: "Europe/Berlin",
  teamId: team.id,
  deactivated: false,
} as const;

const ana = "U0ANA00001";
const lee = "U0LEE00001";
const max = "U0MAX00001";
const dev = "U0DEV00001";
const gus = "U0GUS00001";
const eve = "U0EVE00001";
const old = "U0OLD00001";
const flow = "U0FLOW0001";
const bot = "U0CANARY01";
const otherBot = "U0OTHER001";
const members = [ana, lee, max, dev];

const people: Seed["people"] = [
  {
    ...person,
    id: ana,
    name: "ana",
    realName: "Ana Ruiz",
    title: "Developer, may start releases",
    email: "ana@example.com",
    color: "#c2417c",
  },
  {
    ...person,
    id: lee,
    name: "lee",
    realName: "Lee Chen",
    title: "Release approver",
    email: "lee@example.com",
    color: "#2f6f9f",
    tz: "Europe/London",
  },
  {
    ...person,
    id: max,
    name: "max",
    realName: "Max Vogel",
    title: "Second release approver",
    email: "max@example.com",
    color: "#4a7a3a",
  },
  {
    ...person,
    id: dev,
    name: "dev",
    realName: "Dev Patel",
    title: "Developer without release rights",
    email: "dev@example.com",
    color: "#a0622d",
    tz: "Asia/Kolkata",
  },
  {
    ...person,
    id: gus,
    name: "gus",
    realName: "Gus Guest",
    title: "Guest",
    email: "gus@example.org",
    color: "#6b5ca5",
    kind: "guest",
  },
  {
    ...person,
    id: eve,
    name: "eve",
    realName: "Eve Partner",
    title: "From another company",
    email: "eve@partner.example",
    color: "#8a6d1c",
    kind: "external",
    teamId: partnerTeam,
  },
  {
    ...person,
    id: old,
    name: "old",
    realName: "Olga Gone",
    title: "Left the company",
    email: "old@example.com",
    color: "#777777",
    deactivated: true,
  },
  {
    ...person,
    id: flow,
    name: "release-flow",
    realName: "Release Flow",
    title: "Workflow",
    email: "",
    color: "#555555",
    kind: "workflow",
  },
  { ...person, id: bot, name: "canary", realName: "Canary", title: "App", email: "", color: "#1d3b2a", kind: "bot" },
  {
    ...person,
    id: otherBot,
    name: "deploybot",
    realName: "Deploy Bot",
    title: "Another app",
    email: "",
    color: "#333333",
    kind: "bot",
  },
];

const channel = { kind: "public", topic: "", archived: false, externallyShared: false, posters: undefined } as const;

const channels: Seed["channels"] = [
  { ...channel, id: "C0GENERAL1", name: "general", topic: "Company-wide", members: [...members, gus, bot, otherBot] },
  {
    ...channel,
    id: "C0DEPLOYS1",
    name: "deploys",
    topic: "Canary releases run from here",
    members: [...members, gus, bot, flow],
  },
  { ...channel, id: "C0RANDOM01", name: "random", topic: "Anything else", members },
  {
    ...channel,
    id: "C0RELEASES",
    name: "releases",
    topic: "Release managers",
    kind: "private",
    members: [ana, lee, max],
  },
  { ...channel, id: "C0ARCHIVE1", name: "old-deploys", topic: "Closed", archived: true, members: [...members, bot] },
  {
    ...channel,
    id: "C0PARTNER1",
    name: "partner",
    topic: "With the partner company",
    externallyShared: true,
    members: [ana, lee, dev, eve, bot],
  },
  {
    ...channel,
    id: "C0ANNOUNCE",
    name: "announcements",
    topic: "Few may post",
    posters: [lee],
    members: [...members, bot],
  },
];

const events = [
  "app_home_opened",
  "app_mention",
  "member_joined_channel",
  "channel_archive",
  "channel_rename",
  "channel_id_changed",
  "subteam_members_changed",
  "user_change",
  "app_uninstalled",
  "tokens_revoked",
];

/** The workspace that every playground and most tests start with. */
export const defaultSeed: Seed = {
  team,
  people,
  channels,
  groups: [
    { id: "S0APPROVER", handle: "release-approvers", name: "Release approvers", users: [lee, max], disabled: false },
    { id: "S0ONCALL01", handle: "on-call", name: "On call", users: [ana], disabled: false },
    { id: "S0RETIRED1", handle: "retired", name: "Retired group", users: [], disabled: true },
  ],
  apps: [
    {
      id: "A0CANARY01",
      name: "Canary",
      botId: "B0CANARY01",
      botUser: bot,
      homeTab: true,
      events,
      commands: [
        {
          command: "/canary",
          description: "Run and watch canary releases",
          usageHint: "start SERVICE VERSION | status | help",
          shouldEscape: true,
        },
      ],
      shortcuts: [
        { callbackId: "canary_start", name: "Start canary", kind: "global" },
        { callbackId: "canary_actions", name: "Canary actions", kind: "message" },
      ],
    },
    {
      id: "A0OTHER001",
      name: "Deploy Bot",
      botId: "B0OTHER001",
      botUser: otherBot,
      homeTab: false,
      events: [],
      commands: [],
      shortcuts: [],
    },
  ],
  scopes: [
    "commands",
    "chat:write",
    "app_mentions:read",
    "channels:read",
    "groups:read",
    "im:read",
    "im:write",
    "users:read",
    "users:read.email",
    "usergroups:read",
    "files:write",
    "files:read",
    "reactions:write",
    "pins:write",
    "bookmarks:write",
    "bookmarks:read",
    "channels:join",
    "channels:history",
    "groups:history",
    "im:history",
    "team:read",
  ],
};
