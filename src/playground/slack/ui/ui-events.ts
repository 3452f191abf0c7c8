import type { IncomingMessage, ServerResponse } from "node:http";
import type { Core } from "../core.ts";
import type { UiEvent } from "../ui-protocol.ts";
import type { Change } from "../workspace/model.ts";
import type { PanelSource } from "./panel.ts";
import { seesMessage, uiHome, uiMessage, uiModals } from "./ui-state.ts";

/** What a change means for one person's page; undefined when it is none of their business. */
export function uiEvent(core: Core, change: Change, user: string): UiEvent | undefined {
  switch (change.kind) {
    case "message":
      return seesMessage(core, change.message, user)
        ? { kind: "message", message: uiMessage(core, change.message) }
        : undefined;
    case "message-gone":
      return seesMessage(core, change.message, user)
        ? { kind: "message-gone", channel: change.message.channel, ts: change.message.ts }
        : undefined;
    case "home":
      return change.user === user ? { kind: "home", home: uiHome(core, user) } : undefined;
    case "modals":
      return change.user === user ? { kind: "modals", modals: uiModals(core, user) } : undefined;
    case "connected":
      return { kind: "connected", connected: core.delivery().connected() };
    case "notice":
      return change.user === user ? { kind: "notice", channel: change.channel, text: change.text } : undefined;
    case "ping":
      return change.users.includes(user)
        ? { kind: "ping", channel: change.message.channel, ts: change.message.ts, text: change.message.text }
        : undefined;
    case "journal": {
      const { at, method, outcome, note } = change.line;
      return { kind: "journal", line: { at, method, outcome, note } };
    }
  }
}

interface Stream {
  readonly user: string;
  readonly panel: PanelSource | undefined;
}

/** Keeps a browser up to date until it goes away. */
export function streamEvents(
  core: Core,
  request: IncomingMessage,
  response: ServerResponse,
  { user, panel }: Stream,
): void {
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    Connection: "keep-alive",
  });
  const send = (event: UiEvent): void => void response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.write(": hello\n\n");
  const stopBus = core.bus.subscribe((change) => {
    const event = uiEvent(core, change, user);
    if (event !== undefined) send(event);
  });
  const sendPanel = (): void => {
    if (panel !== undefined) send({ kind: "panel", panel: panel.current() });
  };
  const stopPanel = panel?.subscribe(sendPanel);
  sendPanel();
  request.on("close", () => {
    stopBus();
    stopPanel?.();
  });
}
