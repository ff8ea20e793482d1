import { answerFetch, settled } from "./stand_in.js";
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.addEventListener ??= () => {};
const { Drafts } = await import("../../../static/js/desk/drafts.js");
const { Choosing } = await import("../../../static/js/desk/choosing.js");
const { wordBeside } = await import("../../../static/js/viewer/words.js");

const signal = new AbortController().signal;
const word = (text, left, top) => [text, [left, top, left + 0.05, top, left + 0.05, top + 0.02, left, top + 0.02], 1, [0, 1]];
const WORDS = [word("a", 0.1, 0.1), word("b", 0.2, 0.1), word("c", 0.3, 0.1), word("d", 0.1, 0.2), word("e", 0.3, 0.2)];

test("a draft is sent at a pause, once, and taken away when nothing is typed", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let typed = { a: { text: "1" } };
  const calls = answerFetch([200, {}]);
  const drafts = new Drafts("/draft/", () => typed, signal);
  drafts.note();
  context.mock.timers.tick(200);
  drafts.note();
  context.mock.timers.tick(200);
  await settled();
  assert.equal(calls.length, 0, "no pause yet");
  assert.equal(drafts.isBehind, true);
  context.mock.timers.tick(200);
  await settled();
  assert.deepEqual(calls.map(({ body }) => JSON.parse(body).entries), [typed]);
  assert.equal(drafts.isBehind, false);
  await drafts.flush();
  assert.equal(calls.length, 1);
  typed = {};
  await drafts.flush();
  assert.deepEqual(JSON.parse(calls[1].body).entries, {});
});

test("who types without a pause has a draft every two seconds", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let text = "";
  const calls = answerFetch([200, {}]);
  const drafts = new Drafts("/draft/", () => ({ a: { text } }), signal);
  for (let time = 0; time < 2400; time += 100) {
    text += "x";
    drafts.note();
    context.mock.timers.tick(100);
  }
  await settled();
  assert.equal(calls.length, 1);
});

test("what the server has and nobody types any more is taken away there", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const calls = answerFetch([200, {}]);
  const drafts = new Drafts("/draft/", () => ({}), signal);
  drafts.knows({ a: { text: "old" } });
  context.mock.timers.tick(400);
  await settled();
  assert.equal(calls[0].body, JSON.stringify({ entries: {} }));
});

test("arrows find the word beside, above and below", () => {
  assert.equal(wordBeside(WORDS, 0, 1, 0), 1);
  assert.equal(wordBeside(WORDS, 2, 1, 0), null);
  assert.equal(wordBeside(WORDS, 2, 0, 1), 4);
  assert.equal(wordBeside(WORDS, 0, 0, 1), 3);
  assert.equal(wordBeside(WORDS, 3, 0, -1), 0);
});

test("words are chosen by keys: a run is taken, and the mode ends", async () => {
  const chosen = [];
  const selection = { isActive: true, words: WORDS, preview() {}, clear() {}, choose: (indexes) => chosen.push(indexes) };
  const viewer = Object.assign(new EventTarget(), { selection, markedBox: { left: 0.19, top: 0.1 }, reveal() {}, useWords: (isOn) => (selection.isActive = isOn) });
  const choosing = new Choosing({ viewer, fields: {} });
  assert.equal(choosing.takesKeys({ target: { matches: () => true } }), true);
  choosing.move(1, 0);
  choosing.move(1, 0, { extend: true });
  choosing.take();
  assert.deepEqual([chosen, choosing.isOn], [[[1, 2]], false]);
});
