import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Canary } from "../../../src/rollout/canary.ts";
import { asked } from "../../support/subjects.ts";
import { routerNames, RouterStage, type Wish } from "./stage.ts";

const CONDITIONS = [{ headers: { "x-user": { exact: "ana" } } }, { queryParams: { beta: { exact: "1" } } }];
const COOKIES = { cookie: "canary=abc", primaryCookie: "primary=xyz", previousCookie: "canary=old" };

interface Shape {
  readonly name: "mirrored" | "matched" | "affinity";
  readonly analysis: object;
  readonly wish: Wish;
  readonly weight: number;
}

const SHAPES: readonly Shape[] = [
  {
    name: "mirrored",
    analysis: { stepWeight: undefined, iterations: 5, mirror: true, mirrorWeight: 20 },
    wish: { mirrored: true },
    weight: 0,
  },
  {
    name: "matched",
    analysis: { stepWeight: undefined, iterations: 5, match: CONDITIONS },
    wish: { audience: "matched" },
    weight: 100,
  },
  {
    name: "affinity",
    analysis: { sessionAffinity: { cookieName: "canary", primaryCookieName: "primary", path: "/", secure: true } },
    wish: { affinity: COOKIES },
    weight: 30,
  },
];

const can = (stage: RouterStage, { name }: Shape): boolean => {
  const { conditions, mirror, affinity } = stage.entry.abilities;
  return { mirrored: mirror !== "none", matched: conditions, affinity }[name];
};

for (const name of routerNames) {
  const stage = new RouterStage(name);
  for (const shape of SHAPES.filter((one) => can(stage, one))) {
    describe(`the ${name} router with a ${shape.name} route`, () => {
      let canary: Canary;
      beforeEach(async () => {
        await stage.start();
        canary = stage.canaryWith({}, shape.analysis);
        await stage.router.setRoute(canary, asked(0, "r-1/1", null));
      });
      afterEach(() => stage.stop());

      const begin = (wish: Wish = {}) => stage.route(shape.weight, { ...shape.wish, stamp: "r-1/2", ...wish }, canary);
      const wanted = {
        weight: shape.weight,
        mirrored: shape.wish.mirrored ?? false,
        audience: shape.wish.audience ?? "everyone",
        stamp: "r-1/2",
        intact: true,
      };
      const seen = () => {
        const { weight, mirrored, audience, stamp, intact } = stage.present(canary);
        return { weight, mirrored, audience, stamp, intact };
      };

      it("reads it back as it was asked for", async () => {
        await begin();

        assert.deepEqual(seen(), wanted);
      });

      it("makes it at once where there is none", async () => {
        const other = new RouterStage(name);
        await other.start();
        const its = other.canaryWith({}, shape.analysis);
        await other.route(shape.weight, { ...shape.wish, stamp: "r-1/2" }, its);

        const { weight, mirrored, audience, intact } = other.present(its);
        await other.stop();

        assert.deepEqual({ weight, mirrored, audience, intact, stamp: "r-1/2" }, wanted);
      });

      it("leaves nothing of it when all traffic is primary's again", async () => {
        const before = await stage.read();
        await begin();

        await stage.route(0, {}, canary);

        assert.deepEqual((await stage.read()).spec, before.spec);
        assert.deepEqual(seen(), { ...wanted, weight: 0, mirrored: false, audience: "everyone" });
      });

      it("writes nothing but the weight and the stamp while the shape stays", async () => {
        await begin();
        const { spec } = await stage.read();

        await begin({ stamp: "r-1/3" });

        assert.deepEqual((await stage.read()).spec, spec);
        assert.equal(stage.present(canary).stamp, "r-1/3");
      });

      it("sees that somebody changed it, and mends it", async () => {
        await begin();
        const { spec } = await stage.read();
        await stage.meddle(stage.hands.shapeDamages[shape.name] ?? assert.fail("the suite has no such damage"));
        const damaged = stage.observe(canary);
        assert.ok(damaged.kind === "unusable" || (damaged.kind === "present" && !damaged.intact));

        await begin();

        assert.deepEqual(seen(), wanted);
        assert.deepEqual((await stage.read()).spec, spec);
      });

      if (shape.name === "matched" && stage.hands.reorder !== null) {
        it("knows its rules in another order, and puts them right", async () => {
          await begin();
          const { spec } = await stage.read();
          await stage.meddle(stage.hands.reorder ?? []);
          assert.deepEqual(seen(), { ...wanted, intact: false });

          await begin();

          assert.deepEqual((await stage.read()).spec, spec);
        });
      }

      it("follows the manifest when what belongs to the shape is edited in mid-run", async () => {
        await begin();
        const edited = {
          mirrored: { ...shape.analysis, mirrorWeight: 70 },
          matched: { ...shape.analysis, match: [{ headers: { "x-user": { exact: "lee" } } }] },
          affinity: { sessionAffinity: { cookieName: "canary", maxAge: 60 } },
        }[shape.name];
        canary = stage.canaryWith({}, edited);
        const { weight, mirrored, audience, intact } = stage.present(canary);
        assert.deepEqual({ ...wanted, weight, mirrored, audience, intact: false }, { ...wanted, intact });

        await begin();

        assert.deepEqual(seen(), wanted);
      });
    });
  }
}
