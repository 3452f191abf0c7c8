import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { figure, markdownTable } from "../../../scripts/bench/table.ts";

describe("the bench's table", () => {
  it("lays columns out as wide as their longest cell, figures to the right", () => {
    const table = markdownTable(
      ["Figure", "10"],
      [
        ["requests", "2"],
        ["queries", "0.0200"],
      ],
    );

    assert.equal(
      table,
      ["| Figure   |     10 |", "| -------- | -----: |", "| requests |      2 |", "| queries  | 0.0200 |"].join("\n"),
    );
  });

  it("fills rows that are too short and keeps bars inside cells", () => {
    const table = markdownTable(["A", "B"], [["x|y"]]);

    assert.equal(table.split("\n")[2], "| x\\|y |     |");
  });

  it("writes figures with three digits that count", () => {
    assert.deepEqual([0.02, 2.049, 137.4, 1234, 0].map(figure), ["0.0200", "2.05", "137", "1234", "0"]);
  });

  it("shows a dash for what was not measured", () => {
    assert.deepEqual([null, Number.NaN, 1 / 0].map(figure), ["–", "–", "–"]);
  });
});
