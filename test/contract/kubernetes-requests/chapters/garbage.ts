import { configMap, create, MAPS, merge } from "../objects.ts";
import type { Answer, Chapter, RequestStep } from "../script.ts";

const ownedBy = (name: string, uid: string, fields: Record<string, unknown> = {}) => ({
  ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name, uid, ...fields }],
});
const isGone = ({ status }: Answer): boolean => status === 404;
const owners = ({ body }: Answer): unknown[] =>
  (body as { metadata?: { ownerReferences?: unknown[] } }).metadata?.ownerReferences ?? [];

function makeOwner(name: string, metadata: Record<string, unknown> = {}): RequestStep {
  return {
    ...create(`makes ${name}`, MAPS, configMap(name, {}, metadata)),
    keep: { [name]: ["metadata", "uid"] },
    view: () => "made",
  };
}

function makeDependant(name: string, owner: string, fields: Record<string, unknown> = {}): RequestStep {
  return {
    ...create(`makes ${name}`, MAPS, configMap(name, {}, ownedBy(owner, `<${owner}>`, fields))),
    view: () => "made",
  };
}

const gone = (name: string): RequestStep => ({ say: `has deleted ${name}`, ask: `GET ${MAPS}/${name}`, until: isGone });

export const garbage: Chapter = {
  name: "garbage",
  about: "what becomes of dependants when their owners go",
  steps: [
    makeOwner("back"),
    makeDependant("backone", "back"),
    makeDependant("backtwo", "back", { blockOwnerDeletion: true, controller: true }),
    { say: "deletes in the background", ask: `DELETE ${MAPS}/back`, body: { propagationPolicy: "Background" } },
    gone("backone"),
    gone("backtwo"),

    makeOwner("front"),
    makeDependant("frontone", "front", { blockOwnerDeletion: true }),
    merge("holds a dependant", `${MAPS}/frontone`, { metadata: { finalizers: ["example.com/hold"] } }),
    {
      say: "begins to delete in the foreground",
      ask: `DELETE ${MAPS}/front`,
      body: { propagationPolicy: "Foreground" },
    },
    {
      say: "marks the dependant",
      ask: `GET ${MAPS}/frontone`,
      until: ({ body }) =>
        (body as { metadata?: { deletionTimestamp?: string } }).metadata?.deletionTimestamp !== undefined,
      view: (body) =>
        (body as { metadata: { finalizers: string[] } }).metadata.finalizers.filter(
          (name) => name !== "foregroundDeletion",
        ),
    },
    {
      say: "keeps the owner while the dependant is there",
      ask: `GET ${MAPS}/front`,
      view: (body) => (body as { metadata: { finalizers: string[] } }).metadata.finalizers,
    },
    merge("lets the dependant go", `${MAPS}/frontone`, { metadata: { finalizers: null } }),
    gone("frontone"),
    gone("front"),

    makeOwner("loose"),
    makeDependant("looseone", "loose", { blockOwnerDeletion: true, controller: true }),
    { say: "orphans", ask: `DELETE ${MAPS}/loose`, body: { propagationPolicy: "Orphan" } },
    gone("loose"),
    {
      say: "leaves the dependant without its owner",
      ask: `GET ${MAPS}/looseone`,
      until: (answer) => owners(answer).length === 0,
    },

    makeOwner("first"),
    makeOwner("second"),
    {
      ...create(
        "makes one of two owners",
        MAPS,
        configMap(
          "shared",
          {},
          {
            ownerReferences: [
              ...ownedBy("first", "<first>").ownerReferences,
              ...ownedBy("second", "<second>").ownerReferences,
            ],
          },
        ),
      ),
      view: () => "made",
    },
    { say: "deletes the first owner", ask: `DELETE ${MAPS}/first` },
    { say: "keeps what another owns", ask: `GET ${MAPS}/shared`, until: (answer) => owners(answer).length === 1 },
    { say: "deletes the second owner", ask: `DELETE ${MAPS}/second` },
    gone("shared"),

    makeDependant("late", "first"),
    gone("late"),
    {
      ...create(
        "makes one whose owner has another uid",
        MAPS,
        configMap("stranger", {}, ownedBy("looseone", "00000000-0000-4000-8000-00000000000c")),
      ),
      view: () => "made",
    },
    gone("stranger"),

    makeOwner("grand"),
    makeDependant("parent", "grand"),
    { say: "reads the parent", ask: `GET ${MAPS}/parent`, keep: { parent: ["metadata", "uid"] }, view: () => "read" },
    makeDependant("child", "parent"),
    { say: "deletes the grandparent", ask: `DELETE ${MAPS}/grand` },
    gone("child"),
    gone("parent"),

    makeOwner("default"),
    makeDependant("defaultone", "default"),
    { say: "deletes a map, which means in the background", ask: `DELETE ${MAPS}/default` },
    gone("defaultone"),
  ],
};
