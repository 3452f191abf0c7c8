import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pageModule } from "../../../support/page-module.ts";

interface Question {
  epoch: number;
  format: string;
  tz: string;
  now: number;
  locale: string;
}

const { formatDate } = await pageModule<{ formatDate: (question: Question) => string | null }>("text/dates.js");
const { toLocal, fromLocal } = await pageModule<{
  toLocal: (epoch: number, tz: string) => string;
  fromLocal: (local: string, tz: string) => number | null;
}>("text/local-time.js");

const noon = Date.UTC(2026, 10, 23, 12) / 1000;
const ask = (format: string, changes: Partial<Question> = {}) =>
  formatDate({ epoch: noon, format, tz: "UTC", now: noon * 1000, locale: "en-US", ...changes })?.replaceAll(" ", " ");

describe("Slack dates", () => {
  it("shows each token in the reader's zone", () => {
    assert.equal(ask("{date_num} {time_secs}"), "2026-11-23 12:00:00 PM");
    assert.equal(ask("{date_short}, {time}", { tz: "Asia/Tokyo" }), "Nov 23, 9:00 PM");
    assert.equal(ask("{date_long}"), "Monday, November 23");
  });

  it("says yesterday, today and tomorrow by the reader's calendar", () => {
    assert.equal(ask("{date_pretty}"), "Today");
    assert.equal(ask("{date_short_pretty}", { epoch: noon - 86_400 }), "Yesterday");
    assert.equal(ask("{date_long_pretty}", { epoch: noon + 6 * 3600, tz: "Asia/Tokyo" }), "Tomorrow");
  });

  it("names the year only when it is far away", () => {
    assert.equal(ask("{date}", { epoch: noon - 300 * 86_400 }), "January 27, 2026");
  });

  it("says how long ago or ahead it is", () => {
    assert.equal(ask("{ago}", { now: (noon + 190) * 1000 }), "3 minutes ago");
    assert.equal(ask("{ago}", { now: (noon - 7_300) * 1000 }), "in 2 hours");
    assert.equal(ask("{ago}", { now: (noon - 40) * 1000 }), "in 40 seconds");
    assert.equal(ask("{ago}"), "just now");
  });

  it("gives nothing for an unknown token or a bad epoch, so that the fallback is shown", () => {
    assert.equal(formatDate({ epoch: noon, format: "{constructor}", tz: "UTC", now: 0, locale: "en" }), null);
    assert.equal(formatDate({ epoch: Number.NaN, format: "{time}", tz: "UTC", now: 0, locale: "en" }), null);
  });

  it("falls back to UTC in a zone nobody knows", () => {
    assert.equal(ask("{time}", { tz: "Mars/Olympus" }), "12:00 PM");
  });
});

describe("local date fields", () => {
  it("turn back into the same moment on both sides of a clock change", () => {
    for (const epoch of [1_774_738_800, 1_774_746_000, 1_792_879_200, 1_792_893_600, noon]) {
      assert.equal(fromLocal(toLocal(epoch, "Europe/Berlin"), "Europe/Berlin"), epoch);
    }
  });

  it("refuse what is no date", () => {
    assert.equal(fromLocal("soon", "UTC"), null);
  });
});
