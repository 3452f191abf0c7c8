import type { IncomingHttpHeaders } from "node:http";

/** The bytes of an upload sent raw or as a form with one file in it. Undefined when a form holds no file. */
export async function uploadedBytes(body: Buffer, headers: IncomingHttpHeaders): Promise<Uint8Array | undefined> {
  const type = headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return body;
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  for (const value of form.values()) if (typeof value !== "string") return new Uint8Array(await value.arrayBuffer());
  return undefined;
}
