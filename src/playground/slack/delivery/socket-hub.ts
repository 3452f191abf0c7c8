import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { Timers } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { isObject, parseJson, stringAt } from "../json.ts";
import type { Journal } from "../journal.ts";
import type { JsonObject, JsonValue } from "../ui-protocol.ts";
import type { Bus } from "../workspace/bus.ts";
import type { Ids } from "../workspace/ids.ts";
import { ackDeadline } from "./delivery.ts";
import type { Ack, Delivery, EventAttempt, EventOutcome, Interaction } from "./delivery.ts";

const ticketLife = 30_000;
const warningTime = 10_000;
const lifetime = 4 * 3_600_000;
const debugLifetime = 360_000;
const maxSockets = 10;
/** Acknowledged envelopes that a second acknowledgement is recognised for. */
const remembered = 1000;

interface HubParts {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly bus: Bus;
  readonly ids: Ids;
  readonly appId: string;
}

interface Link {
  readonly socket: WebSocket;
  /** A socket that was warned gets nothing more. */
  closing: boolean;
}

interface Waiting {
  readonly acceptsPayload: boolean;
  readonly resolve: (answer: JsonValue | undefined) => void;
}

/** Socket Mode: hands each envelope to exactly one of the open sockets and waits for its acknowledgement. */
export class SocketHub implements Delivery {
  readonly #parts: HubParts;
  readonly #timers: Timers;
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #tickets = new Map<string, number>();
  readonly #links: Link[] = [];
  readonly #waiting = new Map<string, Waiting>();
  readonly #answered = new Set<string>();
  #turn = 0;
  /** A frozen server reads nothing and answers no ping. */
  frozen = false;
  /** How many of the next envelopes are followed by a cut of their connection, before any acknowledgement is read. */
  cuts = 0;
  /** How many of the next acknowledgements get lost on their way. */
  lostAcks = 0;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  /** A ticket for one connection within the next 30 seconds. */
  ticket(): string {
    const { clock, ids } = this.#parts;
    const ticket = `ticket-${ids.count("ticket")}-${crypto.randomUUID()}`;
    this.#tickets.set(ticket, clock.now() + ticketLife);
    return ticket;
  }

  connected(): boolean {
    return this.#links.some((link) => !link.closing);
  }

  openSockets(): number {
    return this.#links.length;
  }

  /** Takes over an upgrade request to `/ws?ticket=…`. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? "/", "http://localhost");
    const ticket = url.searchParams.get("ticket") ?? "";
    const expires = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    if (expires === undefined || expires < this.#parts.clock.now()) {
      this.#note("open", "refused", "the ticket is unknown, used or too old");
      stream.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, stream, head, (socket) =>
      this.#welcome(socket, url.searchParams.get("debug_reconnects") === "true" ? debugLifetime : lifetime),
    );
  }

  async interaction({ type, payload }: Interaction): Promise<Ack> {
    const link = this.#nextLink();
    if (link === undefined) return { kind: "unreachable" };
    const answer = await this.#exchange({ link, envelope: { type, payload, accepts_response_payload: true } });
    if (answer === "timeout") return { kind: "timeout" };
    const empty = isObject(answer.body) && Object.keys(answer.body).length === 0;
    return { kind: "answered", body: empty ? undefined : answer.body };
  }

  async event({ payload, attempt, reason }: EventAttempt): Promise<EventOutcome> {
    const link = this.#nextLink();
    if (link === undefined) return { kind: "failed", reason: "connection_failed", retry: true };
    const answer = await this.#exchange({
      link,
      envelope: {
        type: "events_api",
        payload,
        accepts_response_payload: false,
        retry_attempt: attempt,
        retry_reason: reason,
      },
    });
    return answer === "timeout" ? { kind: "failed", reason: "timeout", retry: true } : { kind: "delivered" };
  }

  /** Asks every client to leave, as `link_disabled` or a refresh does, and closes what is still open after the warning time. */
  disconnect(reason: string): void {
    for (const link of [...this.#links]) this.#retire(link, reason, 0);
  }

  /** Says goodbye to every client, waits up to 300 ms for theirs, then hangs up. */
  async stop(): Promise<void> {
    this.#timers.cancelAll();
    const gone = this.#links.map(({ socket }) => new Promise((resolve) => socket.once("close", resolve)));
    for (const { socket } of this.#links) socket.close(1001);
    const late = setTimeout(() => this.#links.forEach(({ socket }) => socket.terminate()), 300);
    await Promise.all(gone);
    clearTimeout(late);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #welcome(socket: WebSocket, life: number): void {
    if (this.#links.length >= maxSockets) {
      this.#note("open", "too_many_websockets", `${maxSockets} connections are open`);
      socket.send(
        JSON.stringify({ type: "disconnect", reason: "too_many_websockets", debug_info: { host: "emulator" } }),
      );
      socket.close(1008, "too_many_websockets");
      return;
    }
    const link: Link = { socket, closing: false };
    this.#links.push(link);
    socket.on("message", (data, binary) => this.#receive(binary ? "" : String(data)));
    socket.on("ping", (data) => this.#pong(socket, data));
    socket.on("error", (error) => this.#note("error", "failed", error.message));
    socket.on("close", () => this.#forget(link));
    socket.send(JSON.stringify(this.#hello(life)));
    this.#note("open", "ok", `${this.#links.length} open`);
    this.#parts.bus.emit({ kind: "connected" });
    this.#timers.after(life - warningTime, () => this.#retire(link, "warning", warningTime));
  }

  #hello(life: number): JsonObject {
    return {
      type: "hello",
      num_connections: this.#links.length,
      connection_info: { app_id: this.#parts.appId },
      debug_info: {
        host: "emulator",
        started: new Date(this.#parts.clock.now()).toISOString(),
        build_number: 1,
        approximate_connection_time: life / 1000,
      },
    };
  }

  #pong(socket: WebSocket, data: Buffer): void {
    if (!this.frozen) socket.pong(data);
  }

  /** Warns a socket, gives it `grace` milliseconds, then tells it to refresh and closes it. */
  #retire(link: Link, reason: string, grace: number): void {
    if (!this.#links.includes(link)) return;
    link.closing = true;
    link.socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "emulator" } }));
    this.#note("disconnect", reason, "");
    this.#parts.bus.emit({ kind: "connected" });
    const close = (): void => {
      if (!this.#links.includes(link)) return;
      if (grace > 0)
        link.socket.send(
          JSON.stringify({ type: "disconnect", reason: "refresh_requested", debug_info: { host: "emulator" } }),
        );
      link.socket.close(1000);
    };
    this.#timers.after(grace > 0 ? grace : 1000, close);
  }

  #forget(link: Link): void {
    const index = this.#links.indexOf(link);
    if (index >= 0) this.#links.splice(index, 1);
    this.#note("close", "ok", `${this.#links.length} open`);
    this.#parts.bus.emit({ kind: "connected" });
  }

  #nextLink(): Link | undefined {
    const open = this.#links.filter((link) => !link.closing);
    this.#turn += 1;
    return open[this.#turn % Math.max(1, open.length)];
  }

  #exchange(parts: {
    readonly link: Link;
    readonly envelope: JsonObject;
  }): Promise<"timeout" | { readonly body: JsonValue | undefined }> {
    const id = crypto.randomUUID();
    return new Promise((resolve) => {
      const cancel = this.#timers.after(ackDeadline, () => {
        this.#waiting.delete(id);
        resolve("timeout");
      });
      this.#waiting.set(id, {
        acceptsPayload: parts.envelope["accepts_response_payload"] === true,
        resolve: (body) => {
          cancel();
          resolve({ body });
        },
      });
      if (!this.frozen) this.#sendEnvelope(parts.link, { envelope_id: id, ...parts.envelope });
    });
  }

  #sendEnvelope(link: Link, envelope: JsonObject): void {
    const cut = this.cuts > 0;
    if (cut) {
      this.cuts -= 1;
      // Nothing that this socket still says may be heard.
      link.socket.removeAllListeners("message");
      link.closing = true;
    }
    link.socket.send(JSON.stringify(envelope), () => {
      if (cut) link.socket.terminate();
    });
  }

  #receive(text: string): void {
    if (this.frozen) return;
    const frame = parseJson(text);
    const id = stringAt(frame, "envelope_id");
    if (this.lostAcks > 0 && id !== undefined && this.#waiting.has(id)) {
      this.lostAcks -= 1;
      return this.#note("ack", "lost", "ordered fault");
    }
    if (!isObject(frame) || id === undefined) return this.#note("ack", "ignored", "a frame without envelope_id");
    const waiting = this.#waiting.get(id);
    if (waiting === undefined)
      return this.#note(
        "ack",
        "ignored",
        this.#answered.has(id) ? "second acknowledgement of one envelope" : "unknown or late envelope",
      );
    this.#waiting.delete(id);
    this.#remember(id);
    const body = frame["payload"];
    const empty = body === undefined || (isObject(body) && Object.keys(body).length === 0);
    if (!empty && !waiting.acceptsPayload)
      this.#note("ack", "payload_ignored", "this envelope does not accept a response payload");
    waiting.resolve(waiting.acceptsPayload && !empty ? body : undefined);
  }

  #remember(id: string): void {
    this.#answered.add(id);
    const [oldest] = this.#answered;
    if (this.#answered.size > remembered && oldest !== undefined) this.#answered.delete(oldest);
  }

  #note(what: string, outcome: string, note: string): void {
    this.#parts.journal.write({ method: `socket ${what}`, outcome, note });
  }
}
