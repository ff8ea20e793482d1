import { Node, answerFetch, document, place } from "./stand_in.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

for (const id of ["holder", "live-region", "take-over"]) place("div", id);
const { Lease } = await import("../../../static/js/desk/lease.js");
const { takeOver } = await import("../../../static/js/desk/take_over.js");
const MINUTE = 60_000;
let lost;

function lease() {
  lost = [];
  return new Lease({ claimUrl: "/claim/", releaseUrl: "/release/", onLost: (message) => lost.push(message) });
}

const until = (minutes) => ({ held_until: new Date(Date.now() + minutes * MINUTE).toISOString() });
const shown = () => document.getElementById("holder").textContent;

async function pass(context, time) {
  context.mock.timers.tick(time);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

beforeEach(() => (document.getElementById("take-over").hidden = true));

test("a lease is renewed only while somebody is there, and ends after a warning", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const held = lease();
  answerFetch([200, until(3)], [200, until(4)]);
  await held.claim();
  await pass(context, MINUTE);
  assert.match(shown(), /Yours until/);
  await pass(context, MINUTE);
  assert.match(shown(), /Goes back to the queue/);
  await pass(context, 3 * MINUTE);
  assert.deepEqual([held.isHeld, lost.length], [false, 1]);
  answerFetch([200, until(3)]);
  held.notice();
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  assert.equal(held.isHeld, true);
  await held.release();
});

test("leaving releases once and names the lease", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const held = lease();
  answerFetch([200, { held_until: "2026-01-01T10:00:00.123456+00:00" }], [200, {}]);
  await held.claim();
  const sent = [];
  const fetchNow = globalThis.fetch;
  globalThis.fetch = (url, options) => (sent.push([url, options.body, options.keepalive]), fetchNow(url, options));
  held.leave();
  held.leave();
  assert.deepEqual(sent, [["/release/", '{"held_until":"2026-01-01T10:00:00.123456+00:00"}', true]]);
});

test("the button to take over is shown while somebody else holds it", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const held = lease();
  answerFetch([409, { message: "Ann holds it.", code: "claimed_by_other" }]);
  await held.claim();
  assert.equal(document.getElementById("take-over").hidden, false);
  await held.release();
  const failed = new Node("p");
  answerFetch([403, { message: "Not yours." }]);
  await takeOver("/take-over/", "Because.", failed);
  assert.deepEqual([failed.textContent, failed.hidden], ["Not yours.", false]);
});
