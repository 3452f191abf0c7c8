import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { redisAddress } from "../../../src/queue/connection.ts";

describe("the address of redis", () => {
  it("is a host and port with password and database", () => {
    assert.deepEqual(redisAddress("redis://:p%40ss@redis:6380/2"), {
      host: "redis",
      port: 6380,
      db: 2,
      password: "p@ss",
    });
  });

  it("uses TLS for rediss", () => {
    assert.deepEqual(redisAddress("rediss://user:pw@cache.example"), {
      host: "cache.example",
      port: 6379,
      db: 0,
      username: "user",
      password: "pw",
      tls: { servername: "cache.example" },
    });
  });

  it("may be a socket", () => {
    assert.deepEqual(redisAddress("unix:///run/coalmine/redis.sock?db=3"), { path: "/run/coalmine/redis.sock", db: 3 });
  });

  it("may be an IPv6 address", () => {
    assert.deepEqual(redisAddress("redis://[::1]:6379"), { host: "::1", port: 6379, db: 0 });
  });
});
