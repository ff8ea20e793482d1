import { document, place, placeJson } from "./stand_in.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { announce, copyText, h, readJson, replaceIfChanged } from "../../../static/js/dom.js";

test("nodes are built from values, empty ones left out", () => {
  let clicks = 0;
  const node = h("p", { class: "muted", hidden: false, open: true, title: null, onclick: () => (clicks += 1) }, "a", null, [h("b", {}, "<i>"), false], 0);
  assert.equal(node.outline, '<p class="muted" open="">a<b><i></>0</>');
  node.dispatchEvent(new Event("click"));
  assert.equal(clicks, 1);
});

test("a node is replaced only where its content changed", () => {
  const present = place("p", "state", {}, "Running");
  assert.equal(replaceIfChanged(present, h("p", { id: "state" }, "Running")), present);
  const fresh = h("p", { id: "state" }, "Done");
  assert.equal(replaceIfChanged(present, fresh), fresh);
  assert.equal(document.getElementById("state"), fresh);
});

test("JSON is read from its block, sentences go to screen readers", () => {
  placeJson("rows", [{ n: 1 }]);
  assert.deepEqual(readJson("rows"), [{ n: 1 }]);
  announce("Nobody listens.");
  place("div", "live-region");
  announce("Saved.");
  assert.equal(document.getElementById("live-region").textContent, "Saved.");
});

test("a text is copied without a clipboard too, and the focus stays", async () => {
  const button = place("button", "copy");
  button.focus();
  let chosen = null;
  Object.defineProperty(Object.getPrototypeOf(button), "select", { value() { chosen = this.value; }, configurable: true });
  document.execCommand = (name) => name === "copy";
  await copyText("A-1\t2");
  assert.equal(chosen, "A-1\t2");
  assert.equal(document.activeElement, button);
  assert.equal(document.querySelector("textarea"), null);
  document.execCommand = () => false;
  await assert.rejects(copyText("A-1"));
});
