import type { Clock } from "../clock.ts";

export interface Upload {
  readonly fileId: string;
  readonly name: string;
  readonly length: number;
  readonly altText: string | undefined;
  readonly user: string;
  bytes: Uint8Array | undefined;
  completed: boolean;
}

const life = 3_600_000;

/** Uploads between files.getUploadURLExternal and files.completeUploadExternal. */
export class Uploads {
  readonly #clock: Clock;
  readonly #tickets = new Map<string, { readonly upload: Upload; readonly at: number }>();
  readonly #byFile = new Map<string, Upload>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Registers an upload and returns the ticket its address ends with. */
  begin(upload: Upload): string {
    const ticket = crypto.randomUUID();
    this.#tickets.set(ticket, { upload, at: this.#clock.now() });
    this.#byFile.set(upload.fileId, upload);
    return ticket;
  }

  /** The upload of a ticket that is neither used nor too old. */
  open(ticket: string): Upload | undefined {
    const entry = this.#tickets.get(ticket);
    if (entry === undefined || this.#clock.now() - entry.at > life || entry.upload.bytes !== undefined)
      return undefined;
    return entry.upload;
  }

  ofFile(fileId: string): Upload | undefined {
    return this.#byFile.get(fileId);
  }
}

const types: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  svg: "image/svg+xml",
  txt: "text/plain",
  log: "text/plain",
  json: "application/json",
  csv: "text/csv",
};

/** What a file is, judged by its name. */
export function mimetypeOf(name: string): string {
  return types[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
}
