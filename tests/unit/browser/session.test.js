import { answerFetch, document, location } from "./stand_in.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { RequestFailed, getJson, postJson, renewSession } from "../../../static/js/session.js";

beforeEach(() => {
  location.visited = [];
  location.assign = (url) => location.visited.push(url);
  delete navigator.locks;
});

test("a request carries the CSRF token and JSON", async () => {
  const calls = answerFetch([200, { id: 1 }]);
  assert.deepEqual(await postJson("/values/", { text: "a" }), { id: 1 });
  assert.equal(calls[0].headers["X-CSRFToken"], "token");
  assert.equal(calls[0].headers["Content-Type"], "application/json");
  assert.equal(calls[0].body, '{"text":"a"}');
});

test("an expired session is renewed once and the request repeated", async () => {
  const calls = answerFetch([401, {}], [200, {}], [200, { ok: true }]);
  assert.deepEqual(await getJson("/state/"), { ok: true });
  assert.deepEqual(calls.map(({ url }) => url), ["/state/", "/refresh/", "/state/"]);
});

test("where the session is over, the renewal page comes back here", async () => {
  answerFetch([401, {}]);
  await assert.rejects(getJson("/state/"), RequestFailed);
  assert.deepEqual(location.visited, ["/renew/?next=%2Fbatches%2F1%2F%3Fa%3D1"]);
});

test("an error of the product keeps code, message and status", async () => {
  answerFetch([409, { code: "held", message: "Somebody else holds it." }]);
  await assert.rejects(getJson("/task/"), { code: "held", message: "Somebody else holds it.", status: 409 });
  answerFetch([502, undefined]);
  await assert.rejects(getJson("/task/"), { code: "error", message: "502", status: 502 });
});

test("several tabs ask for one renewal", async () => {
  navigator.locks = { request: (_, work) => work() };
  localStorage.removeItem("idp-renewed-at");
  const calls = answerFetch([200, {}]);
  assert.deepEqual([await renewSession(), await renewSession()], [true, true]);
  assert.equal(calls.length, 1);
});

test("a renewal says whether somebody did something since the last one", async () => {
  const calls = answerFetch([200, {}]);
  localStorage.setItem("idp-active-at", "50");
  localStorage.setItem("idp-renewed-at", "100");
  await renewSession();
  document.dispatchEvent(new Event("keydown"));
  localStorage.setItem("idp-active-at", String(Date.now() + 1));
  await renewSession();
  assert.deepEqual(calls.map(({ headers }) => headers["X-Idp-Active"]), ["0", "1"]);
});
