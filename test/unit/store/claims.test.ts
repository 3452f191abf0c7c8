import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Claims } from "../../../src/store/claims.ts";
import { canary, REF, subject } from "../../support/subjects.ts";

type Target = ReturnType<typeof canary>["target"];

/** A stored canary on this target, created in this minute. */
function stored(
  name: string,
  minute: number,
  parts: { target?: string; kind?: Target["kind"]; service?: string } = {},
) {
  const { target = "podinfo", kind = "Deployment", service = target } = parts;
  const ref = { ...REF, name };
  const defined = canary({ ref, target: { kind, name: target } });
  const definition = { ...defined, service: { ...defined.service, name: service } };
  return {
    subject: subject({ ref, canary: definition }),
    createdAt: `2030-01-01T00:${String(minute).padStart(2, "0")}:00Z`,
  };
}
const key = (name: string) => ({ namespace: REF.namespace, name });

function claimsOf(...all: readonly ReturnType<typeof stored>[]) {
  const claims = new Claims();
  for (const one of all) claims.put(one.subject.ref, one);
  return claims;
}

describe("claims of canaries", () => {
  it("belong to the older one, in whatever order they are heard of", () => {
    const claims = claimsOf(stored("young", 9), stored("old", 1));

    assert.equal(claims.problemOf(key("old")), null);
    assert.match(claims.problemOf(key("young"))?.problem ?? "", /the older canary old/);
  });

  it("are about Services too", () => {
    const claims = claimsOf(
      stored("old", 1, { target: "a", service: "front" }),
      stored("young", 2, { target: "b", service: "front" }),
    );

    assert.equal(claims.problemOf(key("young"))?.path, "spec.service.name");
  });

  it("reach to the copies: nobody may release another canary's primary", () => {
    const claims = claimsOf(stored("old", 1), stored("young", 2, { target: "podinfo-primary", service: "else" }));

    assert.equal(claims.problemOf(key("young"))?.path, "spec.targetRef.name");
  });

  it("tell workloads of different kinds apart", () => {
    const claims = claimsOf(stored("old", 1), stored("young", 2, { kind: "DaemonSet", service: "else" }));

    assert.equal(claims.problemOf(key("young")), null);
  });

  it("do not reach beyond a namespace", () => {
    const claims = claimsOf(stored("old", 1));
    const elsewhere = stored("young", 2);
    const ref = { ...elsewhere.subject.ref, namespace: "other" };
    const definition = { ...elsewhere.subject.canary!, ref };

    claims.put(ref, { ...elsewhere, subject: { ...elsewhere.subject, ref, canary: definition } });

    assert.equal(claims.problemOf(ref), null);
  });

  it("say whom a change concerns", () => {
    const claims = claimsOf(stored("old", 1), stored("young", 2));

    const concerned = claims.put(key("old"), stored("old", 1, { target: "another" }));

    assert.deepEqual(
      concerned.map(({ name }) => name),
      ["young"],
    );
    assert.equal(claims.problemOf(key("young")), null);
    assert.deepEqual(claims.put(key("old"), stored("old", 1, { target: "another" })), []);
  });

  it("are kept while a manifest cannot be understood", () => {
    const claims = claimsOf(stored("old", 1), stored("young", 2));
    const broken = stored("old", 1);

    claims.put(key("old"), { ...broken, subject: { ...broken.subject, canary: null, retreat: null } });

    assert.notEqual(claims.problemOf(key("young")), null);
  });

  it("are given up by who is gone", () => {
    const claims = claimsOf(stored("old", 1), stored("young", 2));

    claims.put(key("old"), null);

    assert.equal(claims.problemOf(key("young")), null);
  });
});
