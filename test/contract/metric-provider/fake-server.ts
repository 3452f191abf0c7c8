import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { json, type Fake, type Reply, type Seen } from "./fakes/fake.ts";

/** Takes the place of an answer. */
export type Misbehave = (response: ServerResponse) => void;

/** A source that answers only what it is asked rightly, and otherwise what a test wants. */
export async function startFakeServer(fake: Fake, asked: { readonly at: number; readonly window: number }) {
  const refused: string[] = [];
  const requests: Seen[] = [];
  let answer: Reply | Misbehave = json({});

  const replyTo = (seen: Seen): Reply | Misbehave => {
    const refusal = fake.refusal(seen, asked);
    if (refusal !== "") {
      refused.push(refusal);
      return json({ message: `expected ${refusal}` }, 400);
    }
    // Some gateways repeat what they were sent.
    if (!fake.trusts(seen)) return json({ echo: echoOf(seen) }, 401);
    if (seen.path === "/token") return json({ access_token: "t0ken-of-google", expires_in: 3599 });
    return answer;
  };

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const url = new URL(request.url ?? "", "http://fake");
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const seen = { method: request.method ?? "", path: url.pathname, query: url.searchParams, headers, body };
      requests.push(seen);
      const reply = replyTo(seen);
      if (typeof reply === "function") return reply(response);
      response.writeHead(reply.status, { "content-type": reply.type });
      return response.end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    /** What was wrong with requests, in words. */
    refused,
    requests,
    answers: (next: Reply | Misbehave) => void (answer = next),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const echoOf = ({ path, query, headers }: Seen): readonly string[] =>
  [path, ...query.values(), ...Object.values(headers)].filter((value) => value.includes("wrong-"));
