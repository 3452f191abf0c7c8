import { ConflictError } from "../../errors.ts";
import { weight } from "../../units.ts";
import { STAMP } from "../ownership.ts";
import type { OpenRouter } from "../router.ts";

/**
 * Routes without a mesh: the apex Service leads to primary, or to the canary when that is the one healthy copy. There is nothing
 * between all and nothing, and nothing to wait for: whoever looks after Services follows them already.
 */
export const openKubernetesRouter: OpenRouter = ({ apex }) => ({
  observe(canary) {
    const service = apex.look(canary);
    if (service === null) return { kind: "absent" };
    const { selects, annotations, resourceVersion } = service;
    if (selects === "other") {
      const { name } = canary.service;
      return { kind: "unusable", problem: `Service ${name} selects neither primary nor the target`, resourceVersion };
    }
    return {
      kind: "present",
      weight: weight(selects === "target" ? 100 : 0),
      mirrored: false,
      audience: "everyone",
      stamp: annotations[STAMP] ?? "",
      intact: true,
      resourceVersion,
    };
  },
  async setRoute(canary, { weight: wanted, stamp, resourceVersion }) {
    if (wanted !== 0 && wanted !== 100) {
      throw new Error(
        `while routing by Service ${canary.service.name}: it cannot send ${wanted} % anywhere; only 0 or 100`,
      );
    }
    if ((apex.look(canary)?.resourceVersion ?? null) !== resourceVersion) {
      throw new ConflictError(`while routing by Service ${canary.service.name}: it has changed`);
    }
    await apex.write(canary, {
      selects: wanted === 100 ? "target" : "primary",
      annotations: { [STAMP]: stamp },
      resourceVersion,
    });
  },
  /** Whom the Service leads to is given back by whoever looks after Services; here only our mark is taken off. */
  async handBack(canary) {
    const service = apex.look(canary);
    if (service?.annotations[STAMP] === undefined) return;
    const { resourceVersion } = service;
    await apex.write(canary, { selects: null, annotations: { [STAMP]: undefined }, resourceVersion });
  },
  synced: Promise.resolve(),
  isSynced: () => true,
  age: () => 0,
  stop: async () => {},
});
