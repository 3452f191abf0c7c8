import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { RouterName } from "../../../src/mesh/registry.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import type { Affinity } from "../../../src/rollout/rollout.ts";
import { RoutedShop } from "./routed-shop.ts";

const MESHES: readonly RouterName[] = ["istio", "gatewayapi:v1"];
const AFFINITY = { cookieName: "canary", primaryCookieName: "primary", path: "/", httpOnly: true };
const NONE: Affinity = { cookie: "", primaryCookie: "", previousCookie: "" };
const RUN: Affinity = {
  cookie: "canary=abcdefghij",
  primaryCookie: "primary=klmnopqrst",
  previousCookie: "canary=older",
};
const AFTER: Affinity = { ...NONE, previousCookie: RUN.cookie };

for (const name of MESHES) {
  describe(`people whom the ${name} router keeps on a version`, () => {
    const shop = new RoutedShop(name);
    let canary: Canary;
    beforeEach(async () => {
      await shop.start();
      const service = {
        hosts: ["shop.demo", "shop.demo.svc.cluster.local"],
        headers: { response: { add: { "x-shop": "yes" } } },
      };
      canary = shop.stage.canaryWith(service, { interval: "30s", sessionAffinity: AFFINITY });
    });
    afterEach(() => shop.stop());

    const cookiesOf = async (cookie?: string) => {
      const { headers, version } = await shop.ask("/", cookie === undefined ? {} : { headers: { cookie } });
      assert.equal(headers["x-shop"], "yes");
      return { version, cookies: headers["set-cookie"] ?? [] };
    };

    it("get the cookie of the version that answered, with the manifest's attributes", async () => {
      await shop.route(canary, 50, { affinity: RUN });

      const answers = [await cookiesOf(), await cookiesOf()];

      const byVersion = Object.fromEntries(answers.map(({ version, cookies }) => [version, cookies]));
      assert.deepEqual(byVersion, {
        "1.0.0": ["primary=klmnopqrst; Max-Age=30; HttpOnly; Path=/"],
        "2.0.0": ["canary=abcdefghij; Max-Age=86400; HttpOnly; Path=/"],
      });
    });

    it("stay on the canary with its cookie, and on primary with primary's, among other cookies", async () => {
      await shop.route(canary, 50, { affinity: RUN });

      assert.equal(await shop.canaryOf(10, { cookie: RUN.cookie }), 10);
      assert.equal(await shop.canaryOf(10, { cookie: `a=b; ${RUN.cookie}; c=d` }), 10);
      assert.equal(await shop.canaryOf(10, { cookie: RUN.primaryCookie }), 0);
      assert.equal(await shop.canaryOf(10, { cookie: `${RUN.primaryCookie}; x=y` }), 0);
    });

    it("are not kept by a cookie that only looks like theirs", async () => {
      await shop.route(canary, 20, { affinity: RUN });

      for (const cookie of ["canary=abcdefghijk", `my${RUN.cookie}`, "other=canary; x=abcdefghij", "canary=older"]) {
        assert.equal(await shop.canaryOf(10, { cookie }), 2, cookie);
      }
    });

    it("keep their version while the weight rises", async () => {
      await shop.route(canary, 10, { affinity: RUN });
      assert.equal(await shop.canaryOf(5, { cookie: RUN.cookie }), 5);

      await shop.route(canary, 30, { affinity: RUN });

      assert.equal(await shop.canaryOf(5, { cookie: RUN.cookie }), 5);
      assert.equal(await shop.canaryOf(5, { cookie: RUN.primaryCookie }), 0);
    });

    it("go where all traffic goes, whatever cookie they bring", async () => {
      await shop.route(canary, 100, { affinity: RUN });
      assert.equal(await shop.canaryOf(5, { cookie: RUN.primaryCookie }), 5);

      await shop.route(canary, 0, { affinity: RUN });
      assert.equal(await shop.canaryOf(5, { cookie: RUN.cookie }), 0);
    });

    it("lose the cookie of a run that has ended, and go to primary", async () => {
      await shop.route(canary, 50, { affinity: RUN });
      await shop.route(canary, 0, { affinity: AFTER });

      const old = await cookiesOf(`a=b; ${RUN.cookie}`);

      assert.deepEqual(old, { version: "1.0.0", cookies: ["canary=abcdefghij; Max-Age=-1; HttpOnly; Path=/"] });
      assert.deepEqual(await cookiesOf(), { version: "1.0.0", cookies: [] });
      assert.deepEqual((await cookiesOf("a=b")).cookies, []);
    });
  });
}
