import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aboutPrimary } from "../../../../src/kubernetes/scalers/trigger-query.ts";

/** Queries about `shop`, and the same about its primary. */
const REWRITTEN: Readonly<Record<string, string>> = {
  'sum(rate(requests{app="shop"}[1m]))': 'sum(rate(requests{app="shop-primary"}[1m]))',
  'sum(rate(requests{service="shop-canary"}[1m]))': 'sum(rate(requests{service="shop-primary"}[1m]))',
  'sum(up{pod=~"shop-[0-9a-z]+-.*"})': 'sum(up{pod=~"shop-primary-[0-9a-z]+-.*"})',
  'sum(up{pod=~"shop-.*"})': 'sum(up{pod=~"shop-primary-.*"})',
  'x{host="shop.demo.svc"} / y{host="shop"}': 'x{host="shop-primary.demo.svc"} / y{host="shop-primary"}',
};

/** Queries about something else that contains the name. */
const KEPT = [
  'shop_requests_total{app="other"}',
  'x{app="my-shop"}',
  'x{app="shop-worker"}',
  'x{app="shop-primary"}',
  'x{app="shop-canary-2"}',
  'x{app="workshop"}',
  'x{app="shopping"}',
];

describe("a query of a scaler's trigger", () => {
  for (const [query, wanted] of Object.entries(REWRITTEN)) {
    it(`is about primary: ${query}`, () => assert.equal(aboutPrimary(query, "shop"), wanted));
  }

  for (const query of KEPT) {
    it(`is left alone: ${query}`, () => assert.equal(aboutPrimary(query, "shop"), query));
  }

  it("takes the target's name literally", () => {
    assert.equal(aboutPrimary('x{app="axb"} + y{app="a.b"}', "a.b"), 'x{app="axb"} + y{app="a.b-primary"}');
    assert.equal(aboutPrimary('x{app="$&"}', "$&"), 'x{app="$&-primary"}');
  });
});
