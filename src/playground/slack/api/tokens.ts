import type { App, Seed } from "../workspace/model.ts";

export interface Token {
  readonly secret: string;
  readonly kind: "bot" | "app";
  readonly app: App;
  readonly scopes: ReadonlySet<string>;
  revoked: boolean;
}

/** The tokens that this workspace knows. */
export class Tokens {
  readonly #known = new Map<string, Token>();
  #issued = 0;

  constructor(seed: Seed) {
    for (const app of seed.apps) {
      this.issue({ app, kind: "bot", scopes: seed.scopes });
      this.issue({ app, kind: "app", scopes: ["connections:write"] });
    }
  }

  issue(wanted: { readonly app: App; readonly kind: Token["kind"]; readonly scopes: readonly string[] }): Token {
    this.#issued += 1;
    const { app, kind } = wanted;
    // Made up in pieces, so that no scanner takes it for a real one.
    const secret = [kind === "bot" ? "xoxb" : "xapp", "emulated", app.id, String(this.#issued)].join("-");
    const token = { secret, kind, app, scopes: new Set(wanted.scopes), revoked: false };
    this.#known.set(secret, token);
    return token;
  }

  find(secret: string): Token | undefined {
    return this.#known.get(secret);
  }

  /** The first token of this kind that an app got. */
  of(app: App, kind: Token["kind"]): Token {
    const token = [...this.#known.values()].find((one) => one.app.id === app.id && one.kind === kind);
    if (token === undefined) throw new Error(`while looking for the ${kind} token of ${app.name}: none was issued`);
    return token;
  }
}
