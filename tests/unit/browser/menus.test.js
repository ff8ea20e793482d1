import { document, place } from "./stand_in.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { h } from "../../../static/js/dom.js";
import { bindMenus } from "../../../static/js/menus.js";

bindMenus();
let buttons = [];

beforeEach(() => {
  for (const node of document.querySelectorAll(".dropdown")) node.remove();
  buttons = ["a", "b"].map((name) => {
    const button = h("button", { "data-dropdown": true, "aria-expanded": "false", id: name });
    place("div", `of-${name}`, { class: "dropdown" }, button, h("ul", { class: "dropdown-menu" }, h("a", { class: "dropdown-item" }), h("a", { class: "dropdown-item" })));
    return button;
  });
});

/** As it would bubble up to the page. */
function on(type, target, more = {}) {
  const event = Object.defineProperty(Object.assign(new Event(type, { cancelable: true }), more), "target", { value: target });
  document.dispatchEvent(event);
  return event;
}
const isOpen = (button) => [button.getAttribute("aria-expanded") === "true", button.parentNode.querySelector(".dropdown-menu").classList.contains("show")];
const items = (button) => button.parentNode.querySelectorAll(".dropdown-item");

test("a click opens one menu, and another click closes it", () => {
  const [a, b] = buttons;
  on("click", a);
  assert.deepEqual([isOpen(a), isOpen(b)], [[true, true], [false, false]]);
  on("click", b);
  assert.deepEqual([isOpen(a), isOpen(b)], [[false, false], [true, true]]);
  on("click", b);
  assert.deepEqual(isOpen(b), [false, false]);
});

test("arrows open and walk, Esc closes and goes back to the button", () => {
  const [a] = buttons;
  assert.equal(on("keydown", a, { key: "ArrowDown" }).defaultPrevented, true);
  assert.deepEqual([isOpen(a), document.activeElement === items(a)[0]], [[true, true], true]);
  on("keydown", items(a)[0], { key: "ArrowUp" });
  assert.equal(document.activeElement, items(a)[1]);
  assert.equal(on("keydown", items(a)[1], { key: "Escape" }).defaultPrevented, true);
  assert.deepEqual([isOpen(a), document.activeElement === a], [[false, false], true]);
  assert.equal(on("keydown", a, { key: "Escape" }).defaultPrevented, false, "Esc has other work on the page");
});

test("the focus elsewhere, or a chosen item, closes the menu", () => {
  const [a, b] = buttons;
  on("click", a);
  on("focusin", items(a)[0]);
  assert.deepEqual(isOpen(a), [true, true]);
  on("focusin", b);
  assert.deepEqual(isOpen(a), [false, false]);
  on("click", a);
  on("click", items(a)[0]);
  assert.deepEqual(isOpen(a), [false, false]);
});
