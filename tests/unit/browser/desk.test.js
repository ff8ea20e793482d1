import { Node, answerFetch, document, place, settled } from "./stand_in.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

for (const id of ["desk-why", "desk-reasons", "holder", "live-region"]) place("div", id);
const { DeskChecks } = await import("../../../static/js/desk/checks.js");
const { isReadonly, setReadonly, setText } = await import("../../../static/js/desk/controls.js");
const { DeskFields } = await import("../../../static/js/desk/fields.js");
const { Lease } = await import("../../../static/js/desk/lease.js");

const STATE = { state: "needs", tone: "warn", icon: "alert", state_label: "Look at it", reasons: ["Low confidence."] };
const fresh = (id, text, more = {}) => ({ id, text, state: "ok", tone: "ok", icon: "check", state_label: "Settled", reasons: [], page: 1, polygon: null, ...more });
let desk, checks;

function input(tag = "input") {
  const node = new Node(tag);
  node.setAttribute("data-input", "");
  return node;
}

/** Two fields, of which the first has a choice among what was found. */
function openDesk() {
  document.querySelector("#desk")?.remove();
  const fields = ["number", "total"].map((id) => ({ id, label: id, candidates: [{ text: `${id} found`, page: 1, polygon: [0, 0, 1, 0, 1, 1, 0, 1] }], ...STATE }));
  const root = place("section", "desk");
  for (const field of fields) {
    const node = document.createElement("div");
    node.dataset.field = field.id;
    node.append(input());
    for (const name of ["others", "state-icon", "state-label", "why"]) {
      const child = document.createElement("span");
      child.setAttribute(`data-${name}`, "");
      node.append(child);
    }
    root.append(node);
  }
  checks = [];
  const viewer = Object.assign(new EventTarget(), {
    page: { number: 1 }, selection: { clear() {} }, setBoxes() {}, mark() {}, focusOn() {}, keepInSight() {}, wordsOf: async () => [],
  });
  desk = new DeskFields({ fields, viewer, correctUrl: "/values/ID/", undoUrl: "/undo/", placeholder: "ID", onChange: (said) => checks.push(said) });
  return viewer;
}

function type(field, text) {
  field.input.focus();
  field.input.value = text;
  field.input.dispatchEvent(new Event("input"));
}

beforeEach(openDesk);

test("a changed field is saved with its text, an unchanged one is not sent", async () => {
  const calls = answerFetch([200, { field: fresh("number", "INV-7"), changed: [], failed_checks: [], reasons: [] }]);
  const [field] = desk.fields;
  assert.equal(await desk.save(field), true);
  assert.equal(calls.length, 0);
  type(field, " INV-7 ");
  assert.equal(desk.isDirty, true);
  assert.equal(await desk.save(field), true);
  assert.equal(calls[0].url, "/values/number/");
  assert.equal(JSON.parse(calls[0].body).text, "INV-7");
  assert.deepEqual([field.saved, field.input.value, desk.isDirty], ["INV-7", "INV-7", false]);
});

test("a save restates other fields whose checks changed", async () => {
  answerFetch([200, { field: fresh("number", "7"), changed: [fresh("total", "", { state: "failed", tone: "bad", reasons: ["Does not add up."] })], failed_checks: [1], reasons: ["r"] }]);
  type(desk.fields[0], "7");
  await desk.save(desk.fields[0]);
  assert.equal(desk.fields[1].node.querySelector("[data-why]").textContent, "Does not add up.");
  assert.equal(checks[0].failed_checks.length, 1);
});

test("a refused text stays and is marked", async () => {
  answerFetch([400, { code: "not_readable", message: "Not a number." }]);
  const [field] = desk.fields;
  type(field, "abc");
  assert.equal(await desk.save(field), false);
  assert.deepEqual([field.input.value, field.input.getAttribute("aria-invalid"), field.reasons], ["abc", "true", ["Not a number."]]);
  assert.equal(await desk.saveAll(), field);
});

test("what is typed while an answer is on its way stays", async () => {
  const [field] = desk.fields;
  answerFetch([200, { field: fresh("number", "1"), changed: [], failed_checks: [], reasons: [] }]);
  const answer = globalThis.fetch;
  globalThis.fetch = (...request) => (type(field, "12"), answer(...request));
  type(field, "1");
  await desk.save(field);
  assert.deepEqual([field.saved, field.input.value], ["1", "12"]);
});

test("saves follow one another", async () => {
  const order = [];
  globalThis.fetch = async (url) => {
    order.push(`asked ${url}`);
    await settled();
    order.push(`answered ${url}`);
    const id = url.split("/")[2];
    return { ok: true, status: 200, headers: { get: () => "application/json" }, json: async () => ({ field: fresh(id, "x"), changed: [], failed_checks: [], reasons: [] }) };
  };
  for (const field of desk.fields) type(field, "x");
  await Promise.all(desk.fields.map((field) => desk.save(field)));
  assert.deepEqual(order, ["asked /values/number/", "answered /values/number/", "asked /values/total/", "answered /values/total/"]);
});

test("words of the page fill the field at hand, and undo takes them back", async () => {
  const viewer = openDesk();
  const [field] = desk.fields;
  type(field, "typed");
  const words = [["INV-9", [0, 0, 0.1, 0, 0.1, 0.1, 0, 0.1], 1, [0, 5]]];
  viewer.dispatchEvent(Object.assign(new Event("words"), { detail: { page: { number: 1 }, words, indexes: [0] } }));
  assert.deepEqual([field.input.value, field.chosen.span], ["INV-9", [0, 5]]);
  await desk.undo();
  assert.deepEqual([field.input.value, field.chosen], ["typed", null]);
});

test("the last saved change is taken back by the server, its state too", async () => {
  const [field] = desk.fields;
  const calls = answerFetch([200, { field: fresh("number", "old", { state: "machine", was_touched: false }), changed: [], failed_checks: [], reasons: [] }]);
  await desk.undo();
  assert.equal(calls[0].url, "/undo/");
  assert.deepEqual([field.input.value, field.saved, field.state], ["old", "old", "machine"]);
  answerFetch([200, { field: null }]);
  await desk.undo();
  assert.equal(document.getElementById("live-region").textContent, "Nothing to undo.");
});

test("what is typed and not saved is told, and put back where the value is still the same", () => {
  type(desk.fields[0], "half a na");
  assert.deepEqual(desk.typed, { number: { text: "half a na", place: null, saved: "" } });
  const typed = desk.typed;
  openDesk();
  assert.equal(desk.putBack({ ...typed, total: { text: "9", place: null, saved: "another" }, gone: { text: "1", saved: "" } }), 1);
  assert.deepEqual([desk.fields[0].input.value, desk.fields[1].input.value, desk.isDirty], ["half a na", "", true]);
});

test("readings are stepped through and taken by number", () => {
  const [field] = desk.fields;
  field.candidates = ["a", "b", "c"].map((text) => ({ text, page: 1, polygon: null }));
  setText(field.input, "a");
  field.input.focus();
  const seen = [1, 1, 1, -1].map((by) => (desk.stepOther(by), field.input.value));
  assert.deepEqual(seen, ["b", "c", "a", "c"]);
  desk.takeOther(2);
  assert.equal(field.input.value, "b");
});

test("the next open field is looked for behind the active one, then from the top", () => {
  const [first, second] = desk.fields;
  first.input.focus();
  assert.equal(desk.nextOpen(), second);
  second.input.focus();
  assert.equal(desk.nextOpen(), first);
  first.state = "ok";
  assert.equal(desk.nextOpen(), null);
});

test("other readings are offered, the present one is not", () => {
  const [field] = desk.fields;
  field.input.value = "";
  field.input.focus();
  const chips = field.node.querySelector("[data-others]");
  assert.deepEqual(chips.querySelectorAll("button").map((chip) => chip.textContent), ["number found"]);
  chips.querySelector("button").dispatchEvent(new Event("click"));
  assert.equal(field.input.value, "number found");
});

test("a list takes the choice that reads the same, or says that it has no such choice", () => {
  const list = input("select");
  for (const text of ["Approved", "Rejected"]) list.append(Object.assign(document.createElement("option"), { value: text }));
  setText(list, " approved ");
  assert.equal(list.value, "Approved");
  setText(list, "Pending");
  assert.deepEqual([list.value, list.options.at(-1).textContent], ["Pending", "Pending (not in the list)"]);
});

test("inputs and lists are set to reading only", () => {
  for (const control of [input(), input("select")]) {
    setReadonly(control, true);
    assert.equal(isReadonly(control), true);
    setReadonly(control, false);
    assert.equal(isReadonly(control), false);
  }
});

test("the counter names fields and checks that are left", () => {
  const counter = new DeskChecks([{ message: "a" }]);
  assert.equal(counter.progressText(2), "2 fields need a look · 1 check fails");
  counter.take({ failed_checks: [], reasons: [] });
  assert.equal(counter.progressText(0), "Every field is settled.");
  assert.equal(document.getElementById("desk-why").hidden, true);
});

test("a lease is kept over a broken network and lost to somebody else", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const lost = [];
  const lease = new Lease({ claimUrl: "/claim/", releaseUrl: "/release/", onLost: (message) => lost.push(message) });
  answerFetch([200, { held_until: new Date().toISOString() }]);
  await lease.claim();
  answerFetch([503, { message: "away" }]);
  await lease.claim();
  assert.deepEqual([lease.isHeld, lost], [true, []]);
  answerFetch([409, { message: "Ann holds it." }]);
  await lease.claim();
  assert.deepEqual([lease.isHeld, lost], [false, ["Ann holds it."]]);
});
