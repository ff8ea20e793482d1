import { Node, answerFetch, document, place, settled } from "./stand_in.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

for (const id of ["keys-dialog", "keys-list", "keys-note", "keys-singles", "keys-reset", "live-region"]) place("div", id);
const { Keymap, isSingle, keysOf, shownKeys } = await import("../../../static/js/desk/keys.js");
const { KeyList } = await import("../../../static/js/desk/key_list.js");
const { deskClosed, deskOpened, onDesk } = await import("../../../static/js/desk/opened.js");

const outside = new Node("main");
const inside = Object.assign(new Node("input"), { matches: () => true });
const press = (key, more = {}) => ({ key, target: outside, ...more });
let keymap, done;

beforeEach(() => {
  done = [];
  keymap = new Keymap();
  keymap.register(
    { name: "a.one", keys: ["Ctrl+S"], group: "A", label: "One", run: () => done.push("one") },
    { name: "a.two", keys: ["?"], group: "A", label: "Two", run: () => done.push("two") },
  );
});

test("keys are written with their modifiers in one order", () => {
  const cases = [
    [press("s", { ctrlKey: true }), "Ctrl+S"], [press("S", { metaKey: true, shiftKey: true }), "Ctrl+Shift+S"], [press(" ", { ctrlKey: true }), "Ctrl+Space"],
    [press("?", { shiftKey: true }), "?"], [press("Enter", { shiftKey: true }), "Shift+Enter"], [press("¡", { altKey: true, code: "Digit1" }), "Alt+1"],
    [press("®", { altKey: true, code: "KeyR" }), "Alt+R"], [press("+", { ctrlKey: true }), "Ctrl++"], [press("Control", { ctrlKey: true }), ""],
  ];
  for (const [event, written] of cases) assert.equal(keysOf(event), written);
});

test("a key is shown by each of its names", () => {
  assert.deepEqual(shownKeys("Ctrl++").map((node) => node.textContent), ["Ctrl", "+"]);
  assert.deepEqual(shownKeys("Ctrl+Enter").map((node) => node.textContent), ["Ctrl", "⏎"]);
});

test("single keys are signs without Ctrl and Alt", () => {
  for (const keys of ["?", "R", "Shift+R", "+", "Space"]) assert.equal(isSingle(keys), true, keys);
  for (const keys of ["Ctrl+R", "Escape", "F6", "Alt+1", "Shift+Enter"]) assert.equal(isSingle(keys), false, keys);
});

test("single keys work neither in inputs nor when they are off", () => {
  assert.equal(keymap.find(press("?")).name, "a.two");
  assert.equal(keymap.find(press("?", { target: inside })), null);
  keymap.load({ keys: {}, has_singles: false });
  assert.equal(keymap.find(press("?")), null);
  assert.deepEqual(keymap.liveKeysFor("a.two"), []);
});

test("the later registered action is asked first", () => {
  let isOn = true;
  keymap.register({ name: "b", keys: ["Ctrl+S"], group: "B", label: "B", when: () => isOn, run: () => {} });
  assert.equal(keymap.find(press("s", { ctrlKey: true })).name, "b");
  isOn = false;
  assert.equal(keymap.find(press("s", { ctrlKey: true })).name, "a.one");
});

test("chosen keys replace the usual ones and are stored", async () => {
  const calls = answerFetch([200, {}]);
  const list = new KeyList(keymap, "/preferences/");
  const dialog = document.getElementById("keys-dialog");
  dialog.showModal = () => {};
  list.open();
  const pressed = (key, more) => dialog.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key, ...more }));
  const change = () => document.getElementById("keys-list").querySelector('[data-change="a.one"]').dispatchEvent(new Event("click"));
  change();
  pressed("?");
  assert.match(document.getElementById("keys-note").textContent, /taken by: Two/);
  pressed("g", { altKey: true });
  await settled();
  assert.deepEqual(JSON.parse(calls[0].body), { keys: { "a.one": ["Alt+G"] }, has_singles: true });
  assert.equal(keymap.find(press("g", { altKey: true })).name, "a.one");
  assert.equal(keymap.find(press("s", { ctrlKey: true })), null);
  document.getElementById("keys-reset").dispatchEvent(new Event("click"));
  assert.equal(keymap.find(press("s", { ctrlKey: true })).name, "a.one");
});

test("a desk that opens calls back, and what came of it ends when it closes", () => {
  const said = [];
  onDesk((desk) => (said.push(desk.name), () => said.push(`end ${desk.name}`)));
  deskOpened({ name: "first" });
  deskClosed();
  deskOpened({ name: "second" });
  assert.deepEqual(said, ["first", "end first", "second"]);
});
