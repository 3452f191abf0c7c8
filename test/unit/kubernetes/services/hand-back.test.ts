import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HANDS_OFF, LAST_APPLIED } from "../../../../src/kubernetes/names.ts";
import { handBackEdits } from "../../../../src/kubernetes/services/hand-back.ts";

const LABEL = { key: "app", value: "shop" };
const PRIMARY = { app: "shop-primary" };

const edits = (
  { selector = PRIMARY, applied, annotations = {} }: { selector?: object; applied?: unknown; annotations?: object },
  label: typeof LABEL | null = LABEL,
) =>
  handBackEdits(
    {
      selector: { ...selector } as Record<string, string>,
      annotations: {
        ...annotations,
        ...(applied !== undefined && {
          [LAST_APPLIED]: typeof applied === "string" ? applied : JSON.stringify(applied),
        }),
      } as Record<string, string>,
    } as Parameters<typeof handBackEdits>[0],
    label,
  );
const selects = (value: object) => [{ op: "add", path: "/spec/selector", value }];

describe("an apex Service that was there before us", () => {
  it("leads to the target's label again", () => {
    assert.deepEqual(edits({}), selects({ app: "shop" }));
  });

  it("gets back the selector that kubectl applied", () => {
    const applied = { spec: { selector: { app: "shop", tier: "web" } } };

    assert.deepEqual(edits({ applied }), selects({ app: "shop", tier: "web" }));
  });

  it("does not get back one that leads to primary, nor one that cannot be read", () => {
    assert.deepEqual(edits({ applied: { spec: { selector: PRIMARY } } }), selects({ app: "shop" }));
    assert.deepEqual(edits({ applied: "{" }), selects({ app: "shop" }));
    assert.deepEqual(edits({ applied: { spec: { selector: {} } } }), selects({ app: "shop" }));
  });

  it("stays when it leads there already", () => {
    assert.deepEqual(edits({ selector: { app: "shop", tier: "web" } }), []);
  });

  it("is left when the target is gone and nobody knows what it led to", () => {
    assert.deepEqual(edits({}, null), []);
    assert.deepEqual(edits({ applied: { spec: { selector: { app: "x" } } } }, null), selects({ app: "x" }));
  });

  it("is given back to GitOps tools, unless it was kept from them before us", () => {
    const [key = "", other = ""] = Object.keys(HANDS_OFF);
    const applied = { metadata: { annotations: { [key]: HANDS_OFF[key] } }, spec: { selector: { app: "shop" } } };

    const changes = edits({ applied, annotations: HANDS_OFF });

    assert.deepEqual(changes.slice(1), [
      { op: "remove", path: `/metadata/annotations/${other.replaceAll("/", "~1")}` },
    ]);
  });
});
