import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCsv } from "../../../src/metric-providers/csv.ts";
import { readFlux } from "../../../src/metric-providers/influxdb.ts";
import { readQuantity } from "../../../src/metric-providers/quantity.ts";

describe("a quantity of Kubernetes", () => {
  const QUANTITIES: Readonly<Record<string, number>> = {
    "250m": 0.25,
    "1": 1,
    "-3": -3,
    "1.5k": 1_500,
    "2Ki": 2_048,
    "1e3": 1_000,
    "100u": 0.0001,
    "0": 0,
    "3E": 3e18,
  };
  for (const [text, value] of Object.entries(QUANTITIES)) {
    it(`${text} is ${value}`, () => assert.equal(readQuantity(text), value));
  }

  it("is nothing else", () => {
    for (const wrong of ["", "NaN", "many", "1 m", "0x10", "1mm", "Infinity"]) {
      assert.throws(() => readQuantity(wrong), /no quantity/, wrong);
    }
  });
});

describe("a CSV", () => {
  it("may hold commas, quotes and lines in its cells", () => {
    assert.deepEqual(parseCsv('a,"b, ""c""\nd",\r\n\r\ne\n'), [["a", 'b, "c"\nd', ""], [""], ["e"]]);
  });

  it("may end without a line's end", () => {
    assert.deepEqual(parseCsv("a,b"), [["a", "b"]]);
    assert.deepEqual(parseCsv("a,"), [["a", ""]]);
    assert.deepEqual(parseCsv(""), []);
  });

  it("must close its quotes", () => {
    assert.throws(() => parseCsv('a,"b'), /no CSV/);
  });
});

describe("the result of a Flux query", () => {
  const table = (...records: string[]) => [",result,table,_time,_value", ...records].join("\n");

  it("is the newest record's value, in whatever order they come", () => {
    const records = [",_result,0,2026-01-01T00:01:00Z,7", ",_result,0,2026-01-01T00:02:00Z,8"];

    assert.equal(readFlux(table(...records)), 8);
    assert.equal(readFlux(table(...records.toReversed())), 8);
  });

  it("is no zero where there is none", () => {
    assert.equal(readFlux(""), null);
    assert.equal(readFlux(table()), null);
    assert.equal(readFlux(table(",_result,0,2026-01-01T00:01:00Z,")), null);
  });

  it("must be one that can be told from the others", () => {
    assert.throws(() => readFlux(table(",_result,0,,7", ",_result,0,,8")), /no _time/);
    assert.throws(() => readFlux(table(",a,0,,7", ",b,0,,8")), /2 tables/);
    assert.throws(() => readFlux(",result,table,count\n,_result,0,7"), /no column _value/);
    assert.throws(() => readFlux(table(",_result,0,,true")), /no number/);
  });
});
