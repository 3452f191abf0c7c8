import type { z } from "zod";
import type { Core } from "../core.ts";
import type { JsonObject } from "../ui-protocol.ts";
import { ApiError } from "./api-error.ts";
import type { Tier } from "./rate-limits.ts";
import type { Token } from "./tokens.ts";

/** What a handler knows beside its arguments. */
export interface Call {
  readonly core: Core;
  readonly token: Token;
}

interface Row<Args extends z.ZodType> {
  readonly name: string;
  /** One of these scopes is needed; none when empty. */
  readonly scopes: readonly string[];
  readonly tokens: readonly Token["kind"][];
  readonly tier: Tier;
  /** Whether the arguments may come as a JSON body. */
  readonly json: boolean;
  readonly args: Args;
  readonly run: (args: z.output<Args>, call: Call) => JsonObject | Promise<JsonObject>;
}

/** A method of the Web API, its argument type sealed in. */
export interface Method extends Omit<Row<z.ZodType>, "args" | "run"> {
  readonly invoke: (raw: Readonly<Record<string, unknown>>, call: Call) => JsonObject | Promise<JsonObject>;
}

/** Makes a row of the method table. */
export function method<Args extends z.ZodType>(row: Row<Args>): Method {
  const { args, run, ...rest } = row;
  return {
    ...rest,
    invoke: (raw, call) => {
      const parsed = args.safeParse(raw);
      if (!parsed.success) throw invalidArguments(parsed.error);
      return run(parsed.data, call);
    },
  };
}

function invalidArguments(error: z.ZodError): ApiError {
  const messages = error.issues.map((issue) => {
    const field = issue.path.join("/");
    const missing = issue.code === "invalid_type" && issue.message.includes("received undefined");
    return missing ? `[ERROR] missing required field: ${field}` : `[ERROR] ${issue.message} [json-pointer:/${field}]`;
  });
  return new ApiError("invalid_arguments", { response_metadata: { messages } });
}
