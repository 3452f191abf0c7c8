import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pageModule } from "../../../support/page-module.ts";

interface Place {
  user: string;
  channel: string;
  thread: string;
  message: string;
}

const { readPlace, writePlace, placeOfPermalink, named } = await pageModule<{
  readPlace: (hash: string) => Place;
  writePlace: (place: Place) => string;
  placeOfPermalink: (url: URL) => Partial<Place> | undefined;
  named: (list: { id: string; name: string }[], wanted: string) => { id: string } | undefined;
}>("route.js");
const { linkable, loadable } = await pageModule<{
  linkable: (url: unknown) => boolean;
  loadable: (url: unknown, origin: string) => boolean;
}>("text/safe-url.js");

const page = join(import.meta.dirname, "../../../../src/playground/slack/page");

describe("the page's address", () => {
  it("holds person, channel and thread and reads them back", () => {
    const place = { user: "U1", channel: "C2", thread: "1700000000.000100", message: "" };

    assert.equal(writePlace(place), "#user=U1&channel=C2&thread=1700000000.000100");
    assert.deepEqual(readPlace(writePlace(place)), place);
  });

  it("understands permalinks of messages and replies", () => {
    assert.deepEqual(placeOfPermalink(new URL("http://x/archives/C1/p1700000000000100")), {
      channel: "C1",
      thread: "",
      message: "1700000000.000100",
    });
    assert.deepEqual(
      placeOfPermalink(new URL("http://x/archives/C1/p1700000000000200?thread_ts=1700000000.000100&cid=C1")),
      { channel: "C1", thread: "1700000000.000100", message: "1700000000.000200" },
    );
    assert.equal(placeOfPermalink(new URL("http://x/other")), undefined);
  });

  it("finds people and channels by id, name or first name", () => {
    const list = [
      { id: "U1", name: "Ana Lima" },
      { id: "C1", name: "deploys" },
    ];

    assert.deepEqual(
      ["U1", "ana", "#deploys", "bob"].map((wanted) => named(list, wanted)?.id),
      ["U1", "U1", "C1", undefined],
    );
  });
});

describe("addresses in messages", () => {
  it("may be followed to the web, mail and telephone only", () => {
    assert.deepEqual(
      ["https://a.b", "mailto:a@b.c", "tel:1", "javascript:x", "data:,x", "/relative", 7, undefined].map(linkable),
      [true, true, true, false, false, false, false, false],
    );
  });

  it("may be loaded as pictures from this machine only", () => {
    const origin = "http://127.0.0.1:3000";
    assert.deepEqual(
      [
        "/ui/files/F1",
        "http://127.0.0.1:9/x.png",
        "http://localhost/x",
        "https://a.b/x.png",
        "data:image/png,x",
        "//evil.example/x",
      ].map((url) => loadable(url, origin)),
      [true, true, true, false, false, false],
    );
  });
});

describe("index.html", () => {
  it("allows no other script than its own files and this import map", async () => {
    const html = await readFile(join(page, "index.html"), "utf8");
    const map = /<script type="importmap">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    const hash = createHash("sha256").update(map).digest("base64");

    assert.ok(html.includes(`script-src 'self' 'sha256-${hash}'`), `the policy needs 'sha256-${hash}'`);
    assert.deepEqual(Object.keys(JSON.parse(map).imports), [
      "preact",
      "preact/hooks",
      "@preact/signals",
      "@preact/signals-core",
      "htm",
    ]);
  });

  it("and its files name no outside address and write no markup", async () => {
    const names = (await readdir(page, { recursive: true })).filter((name) => /\.(?:html|js|css)$/.test(name));
    assert.ok(names.length > 40);
    for (const name of names) {
      const content = await readFile(join(page, name), "utf8");
      assert.doesNotMatch(
        content,
        /(?:src|href|url\(|from|import)[=( ]*["']?(?:https?:)?\/\/(?!127\.0\.0\.1|localhost)/i,
        name,
      );
      assert.doesNotMatch(
        content,
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/,
        name,
      );
    }
  });
});
