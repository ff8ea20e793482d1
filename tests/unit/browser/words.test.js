import { Node } from "./stand_in.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { polygonOf } from "../../../static/js/viewer/geometry.js";
import { WordSelection, findText, placeOf } from "../../../static/js/viewer/words.js";

/** Words in one line, each a tenth of the page wide: [text, polygon, confidence, span]. */
function line(text) {
  let start = 0;
  return text.split(" ").map((word, index) => {
    const span = [start, start + word.length];
    start = span[1] + 1;
    return [word, polygonOf({ left: index / 10, top: 0.1, right: (index + 0.9) / 10, bottom: 0.2 }), 1, span];
  });
}

test("chosen words are put into reading order", () => {
  const place = placeOf(3, line("Total amount 12.50 EUR"), [3, 2]);
  assert.deepEqual(place, { page: 3, polygon: polygonOf({ left: 0.2, top: 0.1, right: 0.39, bottom: 0.2 }), span: [13, 22], text: "12.50 EUR" });
  assert.equal(placeOf(3, line("Total"), []), null);
});

test("typed text is found over several words, marks and case apart", () => {
  assert.deepEqual(findText(line("Invoice INV - 7 of Acme"), "inv-7"), [1, 2, 3]);
  assert.deepEqual(findText(line("Müller GmbH, Köln"), "MÜLLER GMBH"), [0, 1]);
});

test("text that stands there twice, or is too short, is not located", () => {
  assert.equal(findText(line("12.50 and 12.50"), "12.50"), null);
  assert.equal(findText(line("a b"), "a"), null);
  assert.equal(findText(line("nothing of it"), "Acme"), null);
});

function selection() {
  const [sheet, chosen] = [new Node("div"), []];
  sheet.getBoundingClientRect = () => ({ left: 100, top: 50, width: 1000, height: 1000 });
  const words = new WordSelection(sheet, { markWords() {}, band() {} }, (indexes) => chosen.push(indexes));
  words.setWords(line("one two three four"));
  words.isActive = true;
  const at = (type, x, more = {}) => sheet.dispatchEvent(Object.assign(new Event(type), { clientX: 100 + x * 1000, clientY: 50 + 150, button: 0, ...more }));
  const click = (x, more) => (at("pointerdown", x, more), at("pointerup", x, more));
  return { words, chosen, at, click };
}

test("a click takes a word, with Shift the run, with Ctrl one more", () => {
  const { chosen, click } = selection();
  click(0.05);
  click(0.25, { shiftKey: true });
  click(0.35);
  click(0.15, { ctrlKey: true });
  assert.deepEqual(chosen, [[0], [0, 1, 2], [3], [3, 1]]);
});

test("a rubber band takes what it touches", () => {
  const { chosen, at } = selection();
  at("pointerdown", 0.15);
  at("pointermove", 0.2);
  at("pointerup", 0.31);
  assert.deepEqual(chosen, [[1, 2, 3]]);
});

test("nothing is chosen beside the words or while choosing is off", () => {
  const { words, chosen, click } = selection();
  click(0.95);
  words.isActive = false;
  click(0.05);
  assert.deepEqual(chosen, []);
});
