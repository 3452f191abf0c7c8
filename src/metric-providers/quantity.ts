const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A number as Kubernetes writes it: `250m` is a quarter. Throws for another text. */
export function readQuantity(text: string): number {
  const [, figure, suffix = ""] =
    /^([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|[+-]?\.\d+)(n|u|m|k|[MGTPE]|[KMGTPE]i)?$/.exec(text) ?? [];
  const factor = FACTORS[suffix];
  if (figure === undefined || factor === undefined)
    throw new Error(`${JSON.stringify(text.slice(0, 40))} is no quantity`);
  // Dividing by a whole number keeps 250m at 0.25 where multiplying by 0.001 would not.
  return factor < 1 ? Number(figure) / Math.round(1 / factor) : Number(figure) * factor;
}
