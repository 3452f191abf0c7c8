import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { z } from "zod";
import { CRD_FILE, crdYaml } from "../../../scripts/generate-crds.ts";
import { CanaryObject } from "../../../src/rollout/manifest/canary-manifest.ts";
import { crdDefinitions } from "../../../src/rollout/manifest/crd-definitions.ts";
import { toStructuralSchema, type StructuralSchema } from "../../../src/rollout/manifest/structural-schema.ts";

describe("the committed CRDs", () => {
  it("are those that the schemas generate; run `npm run generate` after changing a schema", () => {
    assert.equal(readFileSync(CRD_FILE, "utf8"), crdYaml());
  });

  it("stay below the size that kubectl apply can remember", () => {
    for (const definition of crdDefinitions()) assert.ok(JSON.stringify(definition).length < 200_000);
  });
});

/** Every schema below one, with its path. */
function* walk(schema: StructuralSchema, path = ""): Generator<readonly [string, StructuralSchema]> {
  yield [path, schema];
  for (const [name, property] of Object.entries(schema.properties ?? {})) yield* walk(property, `${path}.${name}`);
  if (schema.items !== undefined) yield* walk(schema.items, `${path}[]`);
  if (schema.additionalProperties !== undefined) yield* walk(schema.additionalProperties, `${path}[*]`);
}

describe("the schema of a Canary", () => {
  const schema = toStructuralSchema(CanaryObject);

  it("is structural: every field has a type, none keeps what is unknown", () => {
    for (const [path, part] of walk(schema)) {
      assert.ok(part.type !== undefined || part["x-kubernetes-int-or-string"] === true, path);
      assert.ok(!("x-kubernetes-preserve-unknown-fields" in part), path);
      assert.ok(
        part.type !== "object" || part.properties !== undefined || part.additionalProperties !== undefined,
        path,
      );
      assert.ok(part.nullable !== true || part.enum === undefined, `${path} would refuse null`);
    }
  });

  it("keeps what the record needs", () => {
    const paths = new Set([...walk(schema)].map(([path]) => path));

    for (const field of ["route.weight", "commands[].roles[]", "events[].event.figures[].value", "earlierRoots[].ts"]) {
      assert.ok(paths.has(`.status.rollout.${field}`), field);
    }
  });
});

describe("a union in a structural schema", () => {
  it("hands the default of one variant to none of the others", () => {
    const union = z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a"), muted: z.boolean().default(false) }),
      z.object({ kind: z.literal("b"), hooks: z.array(z.string()).default([]) }),
      z.object({ kind: z.literal("c") }),
    ]);

    for (const [path, part] of walk(toStructuralSchema(union))) assert.equal(part.default, undefined, path);
  });

  it("has all properties, and requires what all its variants require", () => {
    const union = z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a"), by: z.string(), until: z.number().nullable() }),
      z.object({ kind: z.literal("b"), by: z.string(), why: z.enum(["x", "y"]) }),
    ]);

    assert.deepEqual(toStructuralSchema(union), {
      type: "object",
      properties: {
        kind: { type: "string", enum: ["a", "b"] },
        by: { type: "string" },
        until: { type: "number", nullable: true },
        why: { type: "string", enum: ["x", "y"] },
      },
      required: ["kind", "by"],
    });
  });

  it("has no default of one variant, which the server would fill into the others", () => {
    const union = z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a"), muted: z.boolean().default(false), hooks: z.array(z.string()).default([]) }),
      z.object({ kind: z.literal("b"), hooks: z.array(z.string()).default([]) }),
    ]);

    const { properties } = toStructuralSchema(union);

    assert.deepEqual(properties?.["muted"], { type: "boolean" });
    assert.deepEqual(properties?.["hooks"], { type: "array", items: { type: "string" } });
  });

  it("is refused when a property would have two types", () => {
    const union = z.union([z.object({ by: z.string() }), z.object({ by: z.object({ user: z.string() }) })]);

    assert.throws(() => toStructuralSchema(union), /\.by: it may be string or object/);
  });
});
