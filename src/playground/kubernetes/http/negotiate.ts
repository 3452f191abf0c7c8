import { notAcceptable, unknownForm } from "../api-error.ts";

/** How the client wants its answer. */
export interface Wanted {
  readonly form: "object" | "table" | "partial" | "partialList";
  readonly encoding: "json" | "yaml";
}

/** What a real server speaks, as refusals list it; the emulator reads a little protobuf and writes none. */
export const ENCODINGS = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

interface Range {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The media ranges of an Accept header, best first. */
export function parseAccept(header: string): Range[] {
  const ranges = header.split(",").map((text) => {
    const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
    return { type: type.toLowerCase(), parameters: new Map(parameters.map(splitPair)) };
  });
  const quality = (range: Range): number => Number(range.parameters.get("q") ?? 1);
  return ranges.filter((range) => range.type !== "").sort((left, right) => quality(right) - quality(left));
}

function splitPair(text: string): [string, string] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** Throws 406 when nothing that the client accepts can be made. Protobuf cannot. */
export function negotiate(accept: string | undefined): Wanted {
  if (accept === undefined || accept.trim() === "") return { form: "object", encoding: "json" };
  let knowsType = false;
  for (const { type, parameters } of parseAccept(accept)) {
    const encoding =
      type === "application/json" || type === "*/*" ? "json" : type === "application/yaml" ? "yaml" : undefined;
    if (encoding === undefined) continue;
    knowsType = true;
    const as = parameters.get("as");
    if (as === undefined) return { form: "object", encoding };
    if (parameters.get("g") !== "meta.k8s.io" || parameters.get("v") !== "v1") continue;
    if (as === "Table") return { form: "table", encoding };
    if (as === "PartialObjectMetadata") return { form: "partial", encoding };
    if (as === "PartialObjectMetadataList") return { form: "partialList", encoding };
  }
  throw knowsType ? unknownForm(ENCODINGS) : notAcceptable(ENCODINGS);
}
