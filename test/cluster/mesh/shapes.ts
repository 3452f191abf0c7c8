import type { Source } from "../support/definitions.ts";

/** A canary's `spec.service`, and what it is about. */
export interface Shape {
  readonly name: string;
  readonly service: Readonly<Record<string, unknown>>;
}

/** A manifest that the API server does not take a routing object of. */
export interface RefusedShape extends Shape {
  /** Where reading the manifest already says so; `null`: nobody knows before the server does. */
  readonly problem: string | null;
  /** What the server says. */
  readonly reason: RegExp;
  readonly analysis?: object;
}

/** What one router's objects are passed by. */
export interface Mesh {
  readonly definitions: Source;
  /** Fields of `spec.service` that no manifest for it can leave out. */
  readonly always: Shape["service"];
  /** Values by the field of `spec.service` they stand in, each with what is special about it. */
  readonly shapes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Whether values are right alone, but not together, or not beside so many conditions of an A/B test. */
  readonly clash: (service: Shape["service"], conditions?: number) => boolean;
  readonly refused: readonly RefusedShape[];
}

/** Each value alone. */
export const singles = ({ shapes }: Mesh): readonly Shape[] =>
  Object.entries(shapes).flatMap(([field, values]) =>
    Object.entries(values).map(([what, value]) => ({ name: `${field}: ${what}`, service: { [field]: value } })),
  );

/** Nothing, each value alone, and the first and the last value of every field at once. */
export const plain = (mesh: Mesh): readonly Shape[] => [
  { name: "nothing but what it needs", service: {} },
  ...singles(mesh),
  { name: "the first of everything", service: fromEach(mesh, (values) => values[0]) },
  { name: "the last of everything", service: fromEach(mesh, (values) => values.at(-1)) },
];

/** Every value together with every value of another field. */
export function pairs(mesh: Mesh): readonly Shape[] {
  const all = singles(mesh);
  return all.flatMap((left, index) =>
    all
      .slice(index + 1)
      .filter(({ service }) => Object.keys(service)[0] !== Object.keys(left.service)[0])
      .map((right) => ({ name: `${left.name} + ${right.name}`, service: { ...left.service, ...right.service } }))
      .filter(({ service }) => !mesh.clash(service)),
  );
}

function fromEach({ shapes }: Mesh, pick: (values: readonly unknown[]) => unknown): Shape["service"] {
  return Object.fromEntries(Object.entries(shapes).map(([field, values]) => [field, pick(Object.values(values))]));
}
