import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pauseAfter } from "../../../src/outbound/outbound.ts";
import { readAddress } from "../../../src/outbound/read-address.ts";
import { tidy } from "../../../src/outbound/tidy.ts";
import { troubleOf } from "../../../src/outbound/trouble.ts";

const coded = (code: string) => Object.assign(new Error("low level words"), { code });

describe("what a receiver wrote", () => {
  it("becomes one line without control characters and without what turns text around", () => {
    assert.equal(tidy("  not\r\n\x1b[31mready\x00\t\u2028yet \u202egpj.exe\u200b  "), "not [31mready yet gpj.exe");
  });

  it("is cut to a few sentences, never within a character", () => {
    assert.equal(tidy("🙂".repeat(400)), `${"🙂".repeat(299)}…`);
    assert.equal(tidy("\ud83d broken"), "\ufffd broken");
  });
});

describe("what an address says", () => {
  it("is read in every notation that a browser would read", () => {
    for (const [url, host] of [
      ["http://2130706433/", "127.0.0.1"],
      ["http://0177.0.0.1/", "127.0.0.1"],
      ["http://0x7f.1/", "127.0.0.1"],
      ["http://[::ffff:127.0.0.1]:80/x?y=1", "::ffff:7f00:1"],
      ["http://１２７.0.0.1/", "127.0.0.1"],
      ["http://EXAMPLE.test./", "example.test."],
      ["http://bücher.test/", "xn--bcher-kva.test"],
    ] as const) {
      assert.equal(readAddress(url).address?.host, host, url);
    }
  });

  it("is refused when it is no http address or carries a password", () => {
    for (const url of ["file:///etc/passwd", "gopher://x.test/", "ftp://x.test", "javascript:1", "x", "", "http://"])
      assert.equal(readAddress(url).address, null, url);
    for (const url of ["http://user@x.test/", "http://user:pass@x.test/", "http://:pass@x.test/"])
      assert.match(readAddress(url).problem, /password/, url);
  });
});

describe("what a failed connection means", () => {
  it("is said in words, with whether trying again can help", () => {
    const wrapped = new Error("other side closed", { cause: coded("ECONNREFUSED") });

    assert.deepEqual(troubleOf(wrapped), { problem: "nobody listens there (connection refused)", again: true });
    assert.equal(troubleOf(coded("DEPTH_ZERO_SELF_SIGNED_CERT")).again, false);
    assert.equal(troubleOf(coded("ERR_TLS_CERT_ALTNAME_INVALID")).again, false);
    assert.deepEqual(troubleOf(coded("EODD")), { problem: "no answer came: EODD", again: true });
  });
});

describe("the pause after a failed attempt", () => {
  const NOW = Date.parse("2026-01-01T00:00:00Z");
  const pauses = (retryAfter: string) => [1, 2, 3, 4, 5, 6, 7].map((attempts) => pauseAfter(attempts, retryAfter, NOW));

  it("doubles from one second to thirty", () => {
    assert.deepEqual(pauses(""), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert.deepEqual(pauses("soon"), pauses(""));
  });

  it("is what the receiver asks for, as seconds or as a date, up to a minute", () => {
    assert.equal(pauseAfter(1, "7", NOW), 7_000);
    assert.equal(pauseAfter(1, "Thu, 01 Jan 2026 00:00:20 GMT", NOW), 20_000);
    assert.equal(pauseAfter(1, "Wed, 31 Dec 2025 00:00:00 GMT", NOW), 0);
    assert.equal(pauseAfter(1, "86400", NOW), 60_000);
    assert.equal(pauseAfter(9, "0", NOW), 0);
  });
});
