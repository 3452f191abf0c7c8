import type { BoltApp } from "./stage.ts";

/** The parts of a block_actions payload that tests look at. */
export interface Body {
  readonly type: string;
  readonly container: Record<string, unknown>;
  readonly message?: {
    readonly ts: string;
    readonly text: string;
    readonly blocks: readonly { readonly elements: readonly { readonly value?: string }[] }[];
    readonly metadata?: unknown;
  };
  readonly state: { readonly values: Record<string, Record<string, Record<string, unknown>>> };
  readonly actions: readonly Record<string, unknown>[];
  readonly response_url?: string;
  readonly trigger_id: string;
  readonly channel?: { readonly id: string; readonly name: string };
  readonly value?: string;
}

/** Writes down the body of every action and acknowledges it. */
export const recorder = (bodies: Body[]) => (app: BoltApp) =>
  app.action(/.*/, async ({ ack, body }) => {
    bodies.push(body as unknown as Body);
    await ack();
  });
