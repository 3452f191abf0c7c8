import type { AddressInfo } from "node:net";
import bolt, { type Logger } from "@slack/bolt";
import { guardAgainstReplays } from "./replay-guard.ts";

/** How Slack reaches the bot. */
export type Transport =
  | { readonly kind: "socket"; readonly appToken: string }
  | { readonly kind: "http"; readonly signingSecret: string; readonly port: number };

export interface TransportOptions {
  readonly transport: Transport;
  readonly apiUrl: string;
  readonly logger: Logger;
  readonly now: () => number;
}

/** A receiver with what starts and stops it. `start` gives the port that it listens on; 0 with Socket Mode. */
export interface Connection {
  readonly receiver: InstanceType<typeof bolt.HTTPReceiver> | InstanceType<typeof bolt.SocketModeReceiver>;
  start(): Promise<number>;
  stop(): Promise<void>;
  /** Whether Slack can reach this process now, as far as it can be known. */
  connected(): boolean;
}

/** Larger than any request of Slack's. */
const BODY_LIMIT = 1_000_000;

export function openConnection(options: TransportOptions): Connection {
  return options.transport.kind === "socket"
    ? openSocket(options, options.transport.appToken)
    : openHttp(options, options.transport);
}

function openSocket({ apiUrl, logger }: TransportOptions, appToken: string): Connection {
  const receiver = new bolt.SocketModeReceiver({
    appToken,
    logger,
    clientPingTimeout: 5_000,
    serverPingTimeout: 30_000,
    // A fresh object: the client writes its own retry policy into the one it gets.
    installerOptions: { clientOptions: { slackApiUrl: apiUrl } },
  });
  let open = false;
  receiver.client.on("connected", () => (open = true));
  receiver.client.on("disconnected", () => (open = false));
  receiver.client.on("reconnecting", () => (open = false));
  return {
    receiver,
    connected: () => open,
    stop: () => receiver.stop(),
    start: async () => {
      await receiver.start();
      return 0;
    },
  };
}

function openHttp(
  { logger, now }: TransportOptions,
  { signingSecret, port }: Extract<Transport, { kind: "http" }>,
): Connection {
  const receiver = new bolt.HTTPReceiver({ signingSecret, port, logger, bodyLimit: BODY_LIMIT });
  receiver.requestListener = guardAgainstReplays(receiver.requestListener, now);
  let open = false;
  return {
    receiver,
    connected: () => open,
    stop: async () => {
      if (open) await receiver.stop();
      open = false;
    },
    start: async () => {
      const server = await receiver.start(port);
      open = true;
      return portOf(server.address());
    },
  };
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === "object" && address !== null ? address.port : 0;
