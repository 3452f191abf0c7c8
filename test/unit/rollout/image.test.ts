import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseImage, imageLabel, splitImage } from "../../../src/rollout/image.ts";

const one = [{ container: "app", image: "ghcr.io/acme/app:1.0.0" }];
const two = [...one, { container: "proxy", image: "localhost:5000/proxy:2" }];
const digest = `sha256:${"ab".repeat(32)}`;

describe("chooseImage", () => {
  it("puts a bare tag on the only container's repository", () => {
    assert.deepEqual(chooseImage(one, "1.1.0"), { kind: "chosen", container: "app", image: "ghcr.io/acme/app:1.1.0" });
  });

  it("puts a bare digest on the only container's repository", () => {
    assert.deepEqual(chooseImage(one, digest), {
      kind: "chosen",
      container: "app",
      image: `ghcr.io/acme/app@${digest}`,
    });
  });

  it("gives a full image to the container that runs its repository, registry port and all", () => {
    assert.deepEqual(chooseImage(two, "localhost:5000/proxy:3"), {
      kind: "chosen",
      container: "proxy",
      image: "localhost:5000/proxy:3",
    });
  });

  it("asks which container is meant when several could be", () => {
    assert.deepEqual(chooseImage(two, "1.1.0"), { kind: "ambiguous", containers: ["app", "proxy"] });
  });

  it("refuses an image of another repository", () => {
    assert.equal(chooseImage(one, "ghcr.io/evil/app:1.0.0").kind, "bad");
  });

  for (const text of [
    "",
    " ",
    "a b",
    "app:",
    "UPPER/case:1",
    "x".repeat(200),
    "app:1:2",
    "a/../b:1",
    "$(reboot)",
    "-1.0",
    "app@sha256:12",
    "é",
  ]) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.equal(chooseImage(one, text).kind, "bad");
    });
  }
});

describe("imageLabel", () => {
  it("is the tag, or the beginning of the digest, or the image", () => {
    assert.equal(imageLabel("ghcr.io/acme/app:1.0.0"), "1.0.0");
    assert.equal(imageLabel(`ghcr.io/acme/app@${digest}`), "abababababab");
    assert.equal(imageLabel("ghcr.io/acme/app"), "ghcr.io/acme/app");
  });

  it("does not take a registry's port for a tag", () => {
    assert.deepEqual(splitImage("localhost:5000/app"), { repository: "localhost:5000/app", tag: "", digest: "" });
  });
});
