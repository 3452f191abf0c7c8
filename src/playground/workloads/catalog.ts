import type { Random } from "./random.ts";

/** What becomes of a pod that runs an image. Durations in milliseconds from the start of its container. */
export type PodBehaviour =
  | { readonly kind: "ready"; readonly afterMs: number }
  | { readonly kind: "never-ready" }
  | { readonly kind: "crashes"; readonly afterMs: number }
  | { readonly kind: "pull-fails"; readonly reason: string };

/** How a running version answers requests. */
export interface ServingBehaviour {
  /** Share of requests answered with 500, from 0 to 1. */
  readonly errorShare: number;
  /** Half of the answers take no longer than this, in milliseconds. */
  readonly medianMs: number;
  /** 99 of 100 answers take no longer than this, in milliseconds; at least `medianMs`. */
  readonly p99Ms: number;
}

export interface Behaviour {
  readonly pod: PodBehaviour;
  readonly serving: ServingBehaviour;
}

export interface CatalogOptions {
  /** Milliseconds until a good image's pod is ready. Default 1,500. */
  readonly readyAfterMs?: number;
  /** Milliseconds until a crashing image's container ends. Default 800. */
  readonly crashAfterMs?: number;
}

/** Which sample images exist and how each behaves; some of it can be changed while things run. */
export interface Catalog {
  behaviourOf(image: string): Behaviour;
  /** The pod's part of `behaviourOf`, in the shape that the Kubernetes emulator asks for. */
  image(image: string): PodBehaviour;
  /** From now on, images with this tag serve so, e.g. `override("6.1.0", { errorShare: 1 })`. Adds to earlier overrides. */
  override(tag: string, serving: Partial<ServingBehaviour>): void;
  /** Back to what the tag says; without a tag, for all tags. */
  reset(tag?: string): void;
  /** The overrides that hold now, by tag. */
  overrides(): ReadonlyMap<string, Partial<ServingBehaviour>>;
}

/** The repositories that can be pulled. */
export const SAMPLE_REPOSITORIES = ["ghcr.io/stefanprodan/podinfo", "ghcr.io/coalmine/checkout"] as const;

const GOOD: ServingBehaviour = { errorShare: 0, medianMs: 12, p99Ms: 45 };
const BAD: ServingBehaviour = { ...GOOD, errorShare: 0.3 };
const SLOW: ServingBehaviour = { errorShare: 0, medianMs: 700, p99Ms: 1_600 };

/** `major.minor.patch`, an optional leading v, and an optional suffix that says how the version behaves. */
const TAG = /^v?\d+\.\d+\.\d+(?:-(?<suffix>[0-9A-Za-z.-]+))?$/;

/**
 * Makes the catalog. A tag's suffix says what the version does: none = good, `-bad` = 500 for three in ten requests,
 * `-slow` = about 0.7 s an answer, `-crash` = its container keeps ending, `-unready` = never ready. Any other suffix
 * (`-rc.1`) is good. An unknown repository, a tag of another form and no tag at all cannot be pulled.
 */
export function createCatalog({ readyAfterMs = 1_500, crashAfterMs = 800 }: CatalogOptions = {}): Catalog {
  const overridden = new Map<string, Partial<ServingBehaviour>>();

  const behaviourOf = (image: string): Behaviour => {
    const { repository, tag } = splitImage(image);
    const serving = { ...servingOf(suffixOf(tag)), ...overridden.get(tag) };
    const refusal = whyNotPulled({ repository, tag });
    if (refusal !== undefined) return { pod: { kind: "pull-fails", reason: refusal }, serving };
    return { pod: podOf(suffixOf(tag), { readyAfterMs, crashAfterMs }), serving };
  };

  return {
    behaviourOf,
    image: (image) => behaviourOf(image).pod,
    override: (tag, serving) => {
      overridden.set(tag, checked({ ...overridden.get(tag), ...serving }));
    },
    reset: (tag) => {
      if (tag === undefined) overridden.clear();
      else overridden.delete(tag);
    },
    overrides: () => new Map(overridden),
  };
}

/** The repository and the tag of an image name; the tag is "" when there is none, or when a digest stands in its place. */
export function splitImage(image: string): { readonly repository: string; readonly tag: string } {
  const [name = ""] = image.split("@");
  const colon = name.indexOf(":", name.lastIndexOf("/") + 1);
  return colon === -1
    ? { repository: name, tag: "" }
    : { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}

/** How long this answer takes, in milliseconds: log-normal, as latencies are, cut at three times the 99th percentile. */
export function drawLatencyMs({ medianMs, p99Ms }: ServingBehaviour, random: Random): number {
  if (medianMs <= 0) return 0;
  const spread = Math.log(Math.max(p99Ms, medianMs) / medianMs) / Z_OF_P99;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(medianMs * Math.exp(spread * normal), 3 * Math.max(p99Ms, medianMs));
}

/** How many standard deviations above the middle the 99th percentile of a normal distribution stands. */
const Z_OF_P99 = 2.326;

function suffixOf(tag: string): string | undefined {
  return TAG.exec(tag)?.groups?.["suffix"];
}

function servingOf(suffix: string | undefined): ServingBehaviour {
  switch (suffix) {
    case "bad":
      return BAD;
    case "slow":
      return SLOW;
    default:
      return GOOD;
  }
}

function podOf(suffix: string | undefined, { readyAfterMs, crashAfterMs }: Required<CatalogOptions>): PodBehaviour {
  switch (suffix) {
    case "crash":
      return { kind: "crashes", afterMs: crashAfterMs };
    case "unready":
      return { kind: "never-ready" };
    default:
      return { kind: "ready", afterMs: readyAfterMs };
  }
}

function whyNotPulled({ repository, tag }: { repository: string; tag: string }): string | undefined {
  if (!SAMPLE_REPOSITORIES.some((known) => known === repository)) {
    return `failed to resolve reference "${repository}:${tag}": repository not found`;
  }
  if (!TAG.test(tag)) return `failed to resolve reference "${repository}:${tag}": manifest unknown`;
  return undefined;
}

function checked(serving: Partial<ServingBehaviour>): Partial<ServingBehaviour> {
  const { errorShare = 0, medianMs = 0, p99Ms = 0 } = serving;
  if (!(errorShare >= 0 && errorShare <= 1)) throw new RangeError(`errorShare ${errorShare} is not between 0 and 1`);
  if (!(medianMs >= 0 && p99Ms >= 0)) throw new RangeError("latencies are not negative");
  return serving;
}
