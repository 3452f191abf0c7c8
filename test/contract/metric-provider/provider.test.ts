import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { Measurement } from "../../../src/analysis/metric-check.ts";
import { customMeasurer } from "../../../src/metric-providers/custom-checks.ts";
import { openHttp } from "../../../src/metric-providers/http.ts";
import { METRIC_PROVIDERS } from "../../../src/metric-providers/registry.ts";
import { seconds, timestamp } from "../../../src/units.ts";
import { customCheck } from "../../support/subjects.ts";
import { startFakeServer, type Misbehave } from "./fake-server.ts";
import { AWS } from "./fakes/cloudwatch.ts";
import type { Fake } from "./fakes/fake.ts";
import { FAKES } from "./fakes/sources.ts";
import { serviceAccountKey } from "./fakes/streams.ts";

const AT = timestamp(1_790_000_000_000);
const WINDOW = seconds(60);
const NAMES = { name: "shop", namespace: "demo", target: "shop", service: "shop", ingress: "shop", route: "shop" };

/** What no source may do, and what must come of it whichever source it is. */
const FAULTS: Readonly<Record<string, Misbehave>> = {
  "a page of HTML under a good status": (response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<html><body>Sign in</body></html>");
  },
  "another API's JSON": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"hits": {"total": 12}}');
  },
  "nothing under a good status": (response) => void response.writeHead(204).end(),
  "too many requests": (response) => void response.writeHead(429, { "retry-after": "30" }).end("slow down"),
  "no rights": (response) => void response.writeHead(403).end('{"message": "forbidden"}'),
  "a bad gateway": (response) => void response.writeHead(502).end("bad gateway"),
  "trouble of its own": (response) => void response.writeHead(500).end("{}"),
  "a redirect to somewhere else": (response) => {
    response.writeHead(302, { location: "http://127.0.0.1:9/" });
    response.end();
  },
  "a connection that breaks": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"status":', () => response.destroy());
  },
  "fifty megabytes": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const block = " ".repeat(1024 * 1024);
    let left = 50;
    const pump = (): void => {
      if (response.destroyed) return;
      left -= 1;
      if (left < 0) response.end("{}");
      else response.write(block, () => setImmediate(pump));
    };
    pump();
  },
};

function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) frozen(part);
  return Object.freeze(value);
}

for (const [type, fake] of Object.entries(FAKES)) describeProvider(type, fake);

function describeProvider(type: string, fake: Fake): void {
  describe(`the metric provider ${type}`, () => {
    const http = openHttp(() => {});
    let server: Awaited<ReturnType<typeof startFakeServer>>;
    before(async () => {
      server = await startFakeServer(fake, { at: AT, window: WINDOW });
    });
    beforeEach(() => {
      server.refused.length = 0;
    });
    after(async () => {
      await http.close();
      await server.stop();
    });

    const kubernetes = async ({ path }: { readonly path: string }): Promise<unknown> => {
      const answer = await http.send({
        method: "GET",
        url: new URL(path, server.address),
        headers: { authorization: "Bearer cluster" },
        signal: new AbortController().signal,
      });
      if (answer.status !== 200) throw new Error(`while reading ${path}: HTTP ${answer.status}`);
      return JSON.parse(answer.body);
    };

    const secretWith = (secret: Fake["secret"]) =>
      type === "stackdriver" ? { ...secret, serviceAccountKey: serviceAccountKey(server.address) } : secret;

    async function measure({ secret = fake.secret, signal = new AbortController().signal } = {}): Promise<Measurement> {
      const settings = {
        address: server.address,
        headers: {},
        region: "",
        insecureSkipVerify: false,
        ...fake.settings,
      };
      // Shared by all canaries that refer to it: whoever changed it would change it for everybody.
      const found = {
        type,
        settings: frozen(settings),
        query: fake.text,
        secret: secret === null ? null : "the-secret",
      };
      const ask = customMeasurer(
        {
          templates: { find: async () => found },
          readSecret: async () => secretWith(secret) ?? {},
          tools: { send: http.send, kubernetes, awsCredentials: async () => AWS },
          providers: METRIC_PROVIDERS,
        },
        { at: AT, signal },
      );
      const source = { kind: "template", namespace: "mesh", name: "t" } as const;
      return ask({ kind: "custom", check: customCheck({ source, window: WINDOW }), address: "", names: NAMES });
    }

    it("is asked as its documentation says, and its value is taken", async () => {
      server.answers(fake.answer([1, 2, 3], AT));

      const found = await measure();

      assert.deepEqual(server.refused, []);
      assert.equal(found.kind === "value" ? found.value : found.kind === "error" && found.problem, fake.takes);
    });

    it("takes a zero and a fraction for what they are", async () => {
      server.answers(fake.answer([0], AT));
      const zero = await measure();
      server.answers(fake.answer([99.25], AT));
      const fraction = await measure();

      assert.deepEqual(
        [zero, fraction].map((one) => one.kind === "value" && one.value),
        [0, 99.25],
      );
    });

    it("answers no data when nothing matches, and never a value", async () => {
      server.answers(fake.nothing(AT));

      assert.equal((await measure()).kind, "no-data");
    });

    const twice = fake.twice(AT);
    if (twice !== null) {
      it("answers an error when nobody could say which value is meant", async () => {
        server.answers(twice);

        assert.equal((await measure()).kind, "error");
      });
    }

    const { failure, infinity } = fake;
    if (failure !== undefined) {
      it("answers an error when it says that it could not do it, even under a good status", async () => {
        server.answers(failure());

        assert.equal((await measure()).kind, "error");
      });
    }
    if (infinity !== undefined) {
      it("answers an error for infinity", async () => {
        server.answers(infinity);

        assert.equal((await measure()).kind, "error");
      });
    }

    for (const [what, misbehave] of Object.entries(FAULTS)) {
      it(`answers an error for ${what}`, async () => {
        server.answers(misbehave);

        const found = await measure();

        assert.ok(found.kind === "error", JSON.stringify(found));
        assert.match(found.problem, what === "fifty megabytes" ? /longer than/ : /gave no answer/);
      });
    }

    it("answers an error for half of an answer", async () => {
      const whole = fake.answer([1, 2, 3], AT);
      server.answers({ ...whole, body: whole.body.slice(0, Math.floor(whole.body.length * 0.6)) });

      assert.equal((await measure()).kind, "error");
    });

    it("answers an error, and does not wait, when it is given up", async () => {
      server.answers(() => {});
      const given = new AbortController();
      const found = measure({ signal: given.signal });

      given.abort(new Error("enough"));

      assert.equal((await found).kind, "error");
    });

    if (fake.secret !== null) {
      it("answers an error for credentials that are wrong, and does not tell them", async () => {
        const wrong = Object.fromEntries(Object.keys(fake.secret ?? {}).map((key) => [key, `wrong-${key}-value`]));

        const found = await measure({ secret: wrong });

        assert.ok(found.kind === "error");
        assert.match(found.problem, /gave no answer/);
        for (const value of Object.values(wrong)) assert.ok(!JSON.stringify(found).includes(value), found.problem);
      });
    }
  });
}
