import type { RouterName } from "../../../src/mesh/registry.ts";
import { GATEWAY_API } from "./gateway-api-shapes.ts";
import { ISTIO } from "./istio-shapes.ts";
import type { Mesh } from "./shapes.ts";

/** By the router that writes its objects; one that is missing here writes none of its own. */
export const MESHES = { istio: ISTIO, "gatewayapi:v1": GATEWAY_API } as const satisfies Partial<
  Readonly<Record<RouterName, Mesh>>
>;
