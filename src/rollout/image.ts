import type { Revision } from "./rollout.ts";

/** What a person's `start <image|tag>` means for the target's containers. */
export type ImageChoice =
  | { readonly kind: "chosen"; readonly container: string; readonly image: string }
  | { readonly kind: "ambiguous"; readonly containers: readonly string[] }
  | { readonly kind: "bad"; readonly problem: string };

const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** Repository per the distribution specification: optional host[:port], then lower-case path components. */
const REPOSITORY =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;

/**
 * Finds the container and the full image. A bare tag or digest goes to the only container; a full image to the container
 * that runs the same repository. With several candidates the person has to give the full image.
 */
export function chooseImage(images: Revision["images"], wanted: string): ImageChoice {
  const parts = splitImage(wanted);
  if (parts === null) return { kind: "bad", problem: "it is not an image name, a tag or a digest" };
  if (parts.repository === "") return withTag(images, parts);
  const same = images.filter((entry) => splitImage(entry.image)?.repository === parts.repository);
  const [only, ...others] = same;
  if (only && others.length === 0) return { kind: "chosen", container: only.container, image: wanted };
  if (same.length > 1) return { kind: "ambiguous", containers: same.map((entry) => entry.container) };
  return { kind: "bad", problem: `no container of the target runs ${parts.repository}` };
}

function withTag(images: Revision["images"], parts: ImageParts): ImageChoice {
  const [only, ...others] = images;
  if (!only) return { kind: "bad", problem: "the target has no container yet" };
  if (others.length > 0) return { kind: "ambiguous", containers: images.map((entry) => entry.container) };
  const repository = splitImage(only.image)?.repository ?? "";
  const joined = parts.digest === "" ? `${repository}:${parts.tag}` : `${repository}@${parts.digest}`;
  return { kind: "chosen", container: only.container, image: joined };
}

export interface ImageParts {
  /** Empty for a bare tag or digest. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** Splits `repository[:tag][@digest]`, a bare tag, or a bare digest. `null` when it is none of them. */
export function splitImage(text: string): ImageParts | null {
  if (DIGEST.test(text)) return { repository: "", tag: "", digest: text };
  if (TAG.test(text)) return { repository: "", tag: text, digest: "" };
  const [name = "", digest = "", ...more] = text.split("@");
  if (more.length > 0 || (digest !== "" && !DIGEST.test(digest))) return null;
  const colon = name.lastIndexOf(":");
  const hasTag = colon > name.lastIndexOf("/");
  const repository = hasTag ? name.slice(0, colon) : name;
  const tag = hasTag ? name.slice(colon + 1) : "";
  if (!REPOSITORY.test(repository) || (tag !== "" && !TAG.test(tag)) || (hasTag && tag === "")) return null;
  return tag === "" && digest === "" && !repository.includes("/") ? null : { repository, tag, digest };
}

/** Short name of an image for people: its tag, else the first 12 digits of its digest, else the image itself. */
export function imageLabel(image: string): string {
  const parts = splitImage(image);
  if (parts === null) return image;
  if (parts.tag !== "" && parts.repository !== "") return parts.tag;
  return parts.digest === "" ? image : parts.digest.slice(7, 19);
}
