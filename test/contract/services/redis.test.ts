import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Redis } from "ioredis";
import { silentLog } from "../../../src/playground/services/log.ts";
import type { PrivateRedis } from "../../../src/playground/services/redis.ts";
import { startRedis } from "../../../src/playground/services/redis.ts";
import { eventually } from "../../support/eventually.ts";

describe("a private redis", () => {
  let directory: string;
  let server: PrivateRedis;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "coalmine-redis-"));
    server = await startRedis({ directory, log: silentLog });
  });
  after(async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  });

  async function withClient<T>(use: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(server.url, { retryStrategy: null, lazyConnect: true });
    client.on("error", () => {});
    try {
      await client.connect();
      return await use(client);
    } finally {
      client.disconnect();
    }
  }

  it("answers on its own port and evicts nothing", async () => {
    const policy = await withClient((client) => client.config("GET", "maxmemory-policy"));

    assert.notEqual(server.port, 6379);
    assert.deepEqual(policy, ["maxmemory-policy", "noeviction"]);
  });

  it("lets nobody in without the password", async () => {
    const stranger = new Redis(server.port, "127.0.0.1", { retryStrategy: null });
    stranger.on("error", () => {});

    await assert.rejects(stranger.get("key"), /NOAUTH/);

    stranger.disconnect();
    assert.ok((await readFile(join(directory, "redis.conf"), "utf8")).includes("requirepass"));
  });

  it("comes back at the same address with its data after it was killed", async () => {
    await withClient((client) => client.set("kept", "yes"));
    // The append-only file reaches the kernel with the write itself, so even a killed server has it.
    const killed = server.pid();

    server.kill("SIGKILL");
    await eventually(() => assert.throws(() => process.kill(killed, 0)));
    await server.restart();

    assert.notEqual(server.pid(), killed);
    assert.equal(await withClient((client) => client.get("kept")), "yes");
  });

  it("can be emptied", async () => {
    await withClient((client) => client.set("gone", "soon"));

    await server.flushAll();

    assert.equal(await withClient((client) => client.dbsize()), 0);
  });
});

describe("a redis that cannot be started", () => {
  it("is an error that names the program", async () => {
    const directory = join(tmpdir(), "coalmine-redis-never-made");

    const starting = startRedis({ directory, executable: "/nonexistent/redis-server", log: silentLog });

    await assert.rejects(starting, /REDIS_SERVER names \/nonexistent\/redis-server, which cannot be run/);
  });
});
