import { configMap, create, MAPS, merge, TABLE } from "../objects.ts";
import type { Chapter } from "../script.ts";

const SECRETS = "/api/v1/namespaces/<ns>/secrets";
const secret = (name: string, fields: object) => ({ apiVersion: "v1", kind: "Secret", metadata: { name }, ...fields });

export const contents: Chapter = {
  name: "contents",
  about: "config maps and secrets: keys, sizes, types, what may not change",
  steps: [
    create("takes text and bytes", MAPS, { ...configMap("both", { a: "1" }), binaryData: { b: "AAEC" } }),
    create("refuses a key in both", MAPS, { ...configMap("bad", { a: "1" }), binaryData: { a: "AAEC" } }),
    create("refuses a key that is none", MAPS, configMap("bad", { "a b": "1", "..": "2", "../x": "3" })),
    create("refuses a key that is too long", MAPS, configMap("bad", { ["k".repeat(254)]: "1" })),
    create("refuses bytes that are none", MAPS, { ...configMap("bad"), binaryData: { b: "?" } }),
    create("refuses too much", MAPS, configMap("bad", { a: "x".repeat(1_048_577) })),
    { ...create("refuses a body that is too large", MAPS, configMap("bad", { a: "x".repeat(3_300_000) })) },
    create("is fixed from the beginning", MAPS, { ...configMap("fixed", { a: "1" }), immutable: true }),
    merge("does not change what is fixed", `${MAPS}/fixed`, { data: { a: "2" } }),
    merge("does not unfix what is fixed", `${MAPS}/fixed`, { immutable: false }),
    merge("does not unfix what is fixed by leaving it out", `${MAPS}/fixed`, {
      immutable: null,
      data: { b: "1" },
      binaryData: { c: "AAEC" },
    }),
    merge("labels what is fixed", `${MAPS}/fixed`, { metadata: { labels: { a: "b" } } }),
    merge("fixes later", `${MAPS}/both`, { immutable: true }),
    { say: "shows its table", ask: `GET ${MAPS}/both`, accept: TABLE },
    { say: "keeps an empty map out of sight", ask: `PUT ${MAPS}/emptied`, body: configMap("emptied", {}) },

    create(
      "takes text for a secret",
      SECRETS,
      secret("mixed", { data: { a: "AAEC" }, stringData: { b: "text", a: "wins" } }),
    ),
    create("takes nothing for a secret", SECRETS, secret("empty", {})),
    create("takes an empty value", SECRETS, secret("blank", { stringData: { a: "" } })),
    create("refuses bytes of a secret that are none", SECRETS, secret("bad", { data: { a: "?" } })),
    create("refuses a secret's key that is none", SECRETS, secret("bad", { stringData: { "a b": "1" } })),
    create(
      "wants a key pair of a certificate",
      SECRETS,
      secret("bad", { type: "kubernetes.io/tls", stringData: { "tls.crt": "x" } }),
    ),
    create(
      "takes a key pair",
      SECRETS,
      secret("pair", { type: "kubernetes.io/tls", stringData: { "tls.crt": "x", "tls.key": "y" } }),
    ),
    create(
      "wants a registry's settings",
      SECRETS,
      secret("bad", { type: "kubernetes.io/dockerconfigjson", stringData: { ".dockerconfigjson": "no json" } }),
    ),
    create(
      "wants a name for a login",
      SECRETS,
      secret("bad", { type: "kubernetes.io/basic-auth", stringData: { other: "x" } }),
    ),
    merge("changes a secret by text", `${SECRETS}/mixed`, { stringData: { c: "new" } }),
    merge("removes a value of a secret", `${SECRETS}/mixed`, { data: { a: null } }),
    merge("does not change a secret's type", `${SECRETS}/mixed`, { type: "other" }),
    merge("fixes a secret", `${SECRETS}/mixed`, { immutable: true }),
    merge("does not change a secret that is fixed", `${SECRETS}/mixed`, { stringData: { c: "newer" } }),
    { say: "shows a secret's table", ask: `GET ${SECRETS}/mixed`, accept: TABLE },
    { say: "deletes a secret", ask: `DELETE ${SECRETS}/mixed` },
  ],
};
