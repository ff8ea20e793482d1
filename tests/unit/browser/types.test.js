/** The editor of document types: its model, how it stores itself, where it shows what is missing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import "./stand_in.js";

const { TypeModel, nameFor } = await import("../../../static/js/types/model.js");
const { callIn, ruleOf } = await import("../../../static/js/types/rules.js");
const { Saver } = await import("../../../static/js/types/saving.js");
const { countBelow, ofWhole } = await import("../../../static/js/types/outline.js");

const definition = () => ({
  name: "Note",
  fields: [{ name: "net", type: "amount", label: "Net" }, { name: "total", type: "amount", label: "Total", id: "x" }],
  tables: [{ name: "items", label: "Items", columns: [{ name: "net", type: "amount", label: "Net" }] }],
  checks: [
    { kind: "sum_equals", fields: ["net", "total"], table: "", tolerance: 0.01 },
    { rule: "column_sum_equals(items.net, total, 0.05)" },
    { rule: "each(items, net > 0) and net < sum(items.net) and 'net' != \"net\"", message: { en: "No" } },
  ],
  kinds: [{ kind: "credit_note", negative: ["net", "items.net"] }],
});

test("names are made of labels as the server makes them", () => {
  const names = { "Invoice number:": "invoice_number", invoiceNumber: "invoice_number", "Rechnungs-Nr.": "rechnungs_nr", Größe: "groesse", "№ 5": "no_5", "5 %": "field_5", 日付: "field" };
  for (const [label, name] of Object.entries(names)) assert.equal(nameFor(label), name);
  assert.equal(nameFor("Total", ["total", "total_2"]), "total_3");
});

test("the name of a new field follows its label until somebody chooses one", () => {
  const model = new TypeModel(definition());
  const path = model.add("fields");
  model.set(path, "label", "Net");
  assert.equal(model.at(path).name, "net_2");
  model.set(path, "label", "Weight");
  assert.equal(model.at(path).name, "weight");
  model.set(path, "name", "mass");
  model.set(path, "label", "Mass in kg");
  assert.equal(model.at(path).name, "mass");
});

test("the name of a published field stays when its label changes", () => {
  const model = new TypeModel(definition());
  model.set("fields/1", "label", "Sum");
  assert.equal(model.at("fields/1").name, "total");
});

test("checks and kinds follow a field that gets another name, not its namesake in a table", () => {
  const model = new TypeModel(definition());
  model.set("fields/0", "name", "subtotal");
  const rules = () => model.definition.checks.map((check) => check.rule);
  assert.deepEqual(rules(), ["sum_equals(subtotal, total)", "column_sum_equals(items.net, total, 0.05)", "each(items, net > 0) and subtotal < sum(items.net) and 'net' != \"net\""]);
  assert.deepEqual(model.definition.kinds[0].negative, ["subtotal", "items.net"]);
  model.set("tables/0/columns/0", "name", "price");
  assert.deepEqual(rules().slice(1), ["column_sum_equals(items.price, total, 0.05)", "each(items, price > 0) and subtotal < sum(items.price) and 'net' != \"net\""]);
  model.set("tables/0", "name", "lines");
  assert.deepEqual(rules().slice(1), ["column_sum_equals(lines.price, total, 0.05)", "each(lines, price > 0) and subtotal < sum(lines.price) and 'net' != \"net\""]);
  assert.deepEqual(model.definition.kinds[0].negative, ["subtotal", "lines.price"]);
});

test("a name that is a word of expressions is written with an underscore", () => {
  const model = new TypeModel(definition());
  model.set("fields/0", "name", "from");
  assert.equal(model.definition.checks[0].rule, "sum_equals(from, total)");
  assert.match(model.definition.checks[2].rule, /and from_ < sum/);
  model.set("fields/0", "name", "net");
  assert.match(model.definition.checks[2].rule, /and net < sum/);
});

test("a check is read as a call of a known function, and written back the same", () => {
  const kinds = ["sum_equals", "column_sum_equals", "date_order"];
  for (const rule of ["sum_equals(a, _, total)", "column_sum_equals(items.amount, net, 0.02)", "column_sum_equals(_._, _)", "date_order(a, b)"]) assert.equal(ruleOf(callIn(rule, kinds)), rule);
  assert.deepEqual(callIn("column_sum_equals(items.amount, _, 0.5)", kinds), { kind: "column_sum_equals", fields: ["amount", ""], table: "items", tolerance: 0.5 });
  assert.deepEqual(callIn("date_order(from_, to)", kinds).fields, ["from", "to"], "a field that is called like a word of the language");
  for (const rule of ["near(a, b)", "sum_equals(a + b, c)", "sum_equals(a, b) and c > 0", "a > 0"]) assert.equal(callIn(rule, kinds), null);
});

test("entries are added after the chosen one, moved and removed, and every step is undone", () => {
  const model = new TypeModel(definition());
  const before = JSON.stringify(model.definition);
  assert.equal(model.add("fields", { label: "Tax" }, 0), "fields/1");
  assert.equal(model.move("fields/1", 1), "fields/2");
  assert.equal(model.move("fields/2", 1), "fields/2");
  assert.equal(model.remove("fields/2"), "fields/1");
  assert.equal(model.remove("tables/0/columns/0"), "tables/0");
  assert.equal(model.remove("tables/0"), "");
  while (model.undo());
  assert.equal(JSON.stringify(model.definition), before);
  while (model.redo());
  assert.equal(model.definition.tables.length, 0);
});

test("letters typed into one place are one step of undo", () => {
  const model = new TypeModel(definition());
  for (const label of ["S", "Su", "Sum"]) model.set("fields/1", "label", label);
  model.set("fields/1", "pattern", "x");
  model.undo();
  assert.equal(model.at("fields/1").label, "Sum");
  model.undo();
  assert.equal(model.at("fields/1").label, "Total");
});

test("the same value again is no step", () => {
  const model = new TypeModel(definition());
  model.set("fields/0", "label", "Net");
  assert.equal(model.undo(), false);
});

function saverWith(answers) {
  const said = { states: [], sent: [], timers: [] };
  const clock = { setTimeout: (call) => said.timers.push(call), clearTimeout: () => {} };
  const send = async (value) => {
    said.sent.push(value);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const saver = new Saver({ read: () => said.sent.length, send, onState: (state) => said.states.push(state), clock });
  return { saver, said };
}

test("what changed is stored once, a moment later", async () => {
  const { saver, said } = saverWith([{}]);
  saver.changed();
  saver.changed();
  assert.equal(await saver.flush(), true);
  assert.equal(await saver.flush(), true);
  assert.deepEqual(said.sent, [0]);
  assert.deepEqual(said.states, ["changed", "changed", "saving", "saved"]);
});

test("what cannot be sent is kept and sent again", async () => {
  const { saver, said } = saverWith([new Error("offline"), {}]);
  saver.changed();
  assert.equal(await saver.flush(), false);
  assert.equal(said.states.at(-1), "waiting");
  await said.timers.at(-1)();
  assert.equal(said.states.at(-1), "saved");
});

test("a draft that was changed elsewhere is not sent again", async () => {
  const { saver, said } = saverWith([Object.assign(new Error("no"), { status: 409 })]);
  saver.changed();
  await saver.flush();
  saver.changed();
  assert.equal(await saver.flush(), false);
  assert.deepEqual([said.sent.length, said.states.at(-1)], [1, "refused"]);
});

test("what is refused for its shape is sent again after the next change", async () => {
  const { saver, said } = saverWith([Object.assign(new Error("no"), { status: 400 }), {}]);
  saver.changed();
  await saver.flush();
  saver.changed();
  assert.equal(await saver.flush(), true);
  assert.equal(said.sent.length, 2);
});

test("problems are counted at their place and below it", () => {
  const problems = ["fields/1/label", "fields/10/label", "tables/0/columns/1/name", "name", "fields"].map((path) => ({ path }));
  assert.equal(countBelow(problems, "fields/1"), 1);
  assert.equal(countBelow(problems, "tables/0"), 1);
  assert.deepEqual(ofWhole(problems).map((one) => one.path), ["name", "fields"]);
});

const { Proposals, actionOf } = await import("../../../static/js/types/proposals.js");
const { boxesOf, toneOf } = await import("../../../static/js/types/paper.js");
const { changedFields, shareText } = await import("../../../static/js/types/rehearsal.js");

test("each proposal is decided once, and those of the draft are left out", () => {
  const answer = { fields: [{ field: { label: "No" }, values: [], in_draft: "" }, { field: { label: "Day" }, values: [], in_draft: "day" }], tables: [{ table: { label: "Items" }, places: [] }] };
  const proposals = new Proposals(answer);
  assert.deepEqual(proposals.open.map((one) => one.definition.label), ["No", "Items"]);
  const first = proposals.open[0];
  assert.equal(proposals.take(first), first);
  assert.equal(proposals.take(first), undefined);
  assert.deepEqual([actionOf("Enter"), actionOf("Delete"), actionOf("r"), actionOf("x")], ["accept", "drop", "rename", undefined]);
});

test("values and cells have boxes in the tone of how sure they are", () => {
  const value = { name: "no", item: 0, label: "No", value: "7", page: 1, polygon: [0, 0, 1, 1], is_sure: true, has_failed_check: false };
  const cell = { name: "amount", label: "Amount", value: "1", page: 1, polygon: [0, 0, 1, 1], is_sure: false, has_failed_check: false };
  const result = { fields: [value, { ...value, name: "day", polygon: null }], tables: [{ name: "items", rows: [{ number: 1, cells: [cell] }] }] };
  assert.deepEqual(boxesOf(result).map((box) => [box.id, box.tone]), [["no.0", "ok"], ["items.1.amount", "warn"]]);
  assert.equal(toneOf({ is_sure: true, has_failed_check: true }), "bad");
});

test("a rehearsal tells shares with their intervals and fields that change", () => {
  assert.equal(shareText({ share: 0.9, low: 0.8, high: 0.95 }), "90% (80%–95%)");
  assert.equal(shareText(null), "–");
  assert.equal(changedFields({ fields: [{ documents: 3, same: 3 }, { documents: 3, same: 2 }] }).length, 1);
});
