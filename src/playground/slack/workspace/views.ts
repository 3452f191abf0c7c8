import { ApiError } from "../api/api-error.ts";
import { stateOf } from "../interactions/form-state.ts";
import type { Values } from "../interactions/form-state.ts";
import { compact, objectsOf, stringAt } from "../json.ts";
import { storedBlocks, storedObject } from "../text/normalise.ts";
import type { JsonObject } from "../ui-protocol.ts";
import type { Bus } from "./bus.ts";
import type { Ids } from "./ids.ts";
import type { App } from "./model.ts";

export interface View {
  readonly id: string;
  readonly kind: "modal" | "home";
  readonly user: string;
  readonly app: App;
  readonly rootId: string;
  readonly previousId: string | undefined;
  readonly hash: string;
  /** As sent by the app, with stored blocks. */
  readonly definition: JsonObject;
  readonly values: Values;
  /** block_id → message under that input. */
  readonly errors: Readonly<Record<string, string>>;
  readonly busy: boolean;
}

const maxStack = 3;

/** The modals open in front of each person, and everyone's home tab. */
export class Views {
  readonly #views = new Map<string, View>();
  readonly #stacks = new Map<string, readonly string[]>();
  readonly #homes = new Map<string, string>();
  readonly #bus: Bus;
  readonly #ids: Ids;

  constructor(parts: { readonly bus: Bus; readonly ids: Ids }) {
    this.#bus = parts.bus;
    this.#ids = parts.ids;
  }

  find(id: string): View | undefined {
    return this.#views.get(id);
  }

  byExternalId(externalId: string): View | undefined {
    return [...this.#views.values()].find((view) => view.definition["external_id"] === externalId);
  }

  /** The open modals of a person, the lowest first. */
  stack(user: string): readonly View[] {
    return (this.#stacks.get(user) ?? []).map((id) => this.#views.get(id)).filter((view) => view !== undefined);
  }

  home(user: string): View | undefined {
    return this.#views.get(this.#homes.get(user) ?? "");
  }

  /** Opens a new modal in place of whatever stack was open. */
  open(user: string, app: App, definition: JsonObject): View {
    this.#requireFreeExternalId(definition);
    for (const view of this.stack(user)) this.#views.delete(view.id);
    this.#stacks.set(user, []);
    return this.#add({ user, app, definition, previous: undefined });
  }

  /** Puts a modal on top of the stack. Throws `push_limit_reached` at the third. */
  push(user: string, app: App, definition: JsonObject): View {
    const stack = this.stack(user);
    if (stack.length >= maxStack) throw new ApiError("push_limit_reached");
    this.#requireFreeExternalId(definition);
    return this.#add({ user, app, definition, previous: stack.at(-1) });
  }

  /** Gives an open view new content. Values stay where block_id, action_id and type are the same. */
  update(view: View, definition: JsonObject, hash?: string): View {
    if (hash !== undefined && hash !== view.hash) throw new ApiError("hash_conflict");
    this.#requireFreeExternalId(definition, view.id);
    const stored = this.#stored(definition);
    const values = stateOf(objectsOf(stored["blocks"]), view.values);
    return this.#save({ ...view, definition: stored, hash: this.#ids.hash(), values, errors: {}, busy: false });
  }

  /** Shows this as the person's home tab. */
  publish(user: string, app: App, definition: JsonObject, hash?: string): View {
    const known = this.home(user);
    if (known !== undefined) return this.update(known, definition, hash);
    if (hash !== undefined) throw new ApiError("hash_conflict");
    this.#requireFreeExternalId(definition);
    const id = this.#ids.next("V");
    const stored = this.#stored(definition);
    this.#homes.set(user, id);
    return this.#save({
      ...empty,
      id,
      kind: "home",
      user,
      app,
      rootId: id,
      previousId: undefined,
      hash: this.#ids.hash(),
      definition: stored,
      values: stateOf(objectsOf(stored["blocks"])),
    });
  }

  /** Remembers what was typed or chosen, what is wrong with it, or that an answer is awaited. */
  note(view: View, change: Partial<Pick<View, "values" | "errors" | "busy">>): View {
    return this.#save({ ...view, ...change });
  }

  /** Closes these views of a person. */
  close(user: string, ids: readonly string[]): void {
    for (const id of ids) this.#views.delete(id);
    this.#stacks.set(
      user,
      (this.#stacks.get(user) ?? []).filter((id) => !ids.includes(id)),
    );
    this.#bus.emit({ kind: "modals", user });
  }

  #add(parts: {
    readonly user: string;
    readonly app: App;
    readonly definition: JsonObject;
    readonly previous: View | undefined;
  }): View {
    const { user, app, previous } = parts;
    const id = this.#ids.next("V");
    const definition = this.#stored(parts.definition);
    this.#stacks.set(user, [...(this.#stacks.get(user) ?? []), id]);
    const values = stateOf(objectsOf(definition["blocks"]));
    return this.#save({
      ...empty,
      id,
      kind: "modal",
      user,
      app,
      rootId: previous?.rootId ?? id,
      previousId: previous?.id,
      hash: this.#ids.hash(),
      definition,
      values,
    });
  }

  #save(view: View): View {
    this.#views.set(view.id, view);
    this.#bus.emit({ kind: view.kind === "home" ? "home" : "modals", user: view.user });
    return view;
  }

  #stored(definition: JsonObject): JsonObject {
    const { blocks: _blocks, ...frame } = definition;
    return {
      ...storedObject(frame),
      blocks: storedBlocks(objectsOf(definition["blocks"]), () => `b${this.#ids.count("block").toString(36)}`),
    };
  }

  #requireFreeExternalId(definition: JsonObject, own?: string): void {
    const externalId = stringAt(definition, "external_id") ?? "";
    const holder = externalId === "" ? undefined : this.byExternalId(externalId);
    if (holder !== undefined && holder.id !== own) throw new ApiError("duplicate_external_id");
  }
}

const empty = { errors: {}, busy: false } as const;

/** A view as the Web API and the payloads show it. */
export function viewJson(view: View, teamId: string): JsonObject {
  const { definition } = view;
  return compact({
    id: view.id,
    team_id: teamId,
    app_id: view.app.id,
    app_installed_team_id: teamId,
    bot_id: view.app.botId,
    type: view.kind,
    title: definition["title"],
    submit: view.kind === "modal" ? (definition["submit"] ?? null) : undefined,
    close: view.kind === "modal" ? (definition["close"] ?? null) : undefined,
    blocks: definition["blocks"],
    private_metadata: definition["private_metadata"] ?? "",
    callback_id: definition["callback_id"] ?? "",
    external_id: definition["external_id"] ?? "",
    state: { values: view.values },
    hash: view.hash,
    clear_on_close: definition["clear_on_close"] ?? false,
    notify_on_close: definition["notify_on_close"] ?? false,
    root_view_id: view.rootId,
    previous_view_id: view.previousId ?? null,
  });
}
