import { answerFetch, document, location, place, placeJson, settled, STATUSES } from "./stand_in.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const step = (name, status) => ({ name, status });
const row = (id, status, at, more = {}) => ({
  id, status, at, url: `/documents/${id}/`, file_name: `${id}.pdf`, page_count: 2, pages_done: 1, metadata: {},
  steps: [step("upload", "succeeded"), step("subdocument_detection", status === "processing" ? "running" : "succeeded")], ...more,
});

class Socket extends EventTarget {
  static all = [];
  sent = [];
  constructor(url) {
    super();
    this.url = url;
    Socket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  receive(message) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }
}

globalThis.WebSocket = Socket;
Object.assign(location, { protocol: "https:", host: "idp.example" });
const root = place("main", "batch", { "data-socket-path": "/ws/batches/1/", "data-ticket-url": "/ticket/", "data-state-url": "/state/", "data-review-url": "/review/ID/", "data-placeholder": "ID", "data-can-retry": "" });
place("ul", "documents");
for (const id of ["connection", "batch-status", "batch-pages", "batch-counts", "no-documents", "live-region"]) place("div", id);
place("div", "batch-paused", {}, document.createElement("p"));
placeJson("statuses", STATUSES);
placeJson("pipeline-steps", [{ name: "upload", label: "Upload", unit: "document" }, { name: "subdocument_detection", label: "Splitting", unit: "document" }]);
placeJson("batch-status-rules", [{ status: "processing", documents: ["processing", "received"] }, { status: "in_review", documents: ["in_review"] }]);
placeJson("batch-duplicates", {});
const STATE = { batch: { status: "processing" }, documents: [row("a", "processing", 1), row("b", "in_review", 1)] };
placeJson("batch-state", STATE);
answerFetch([200, { ticket: "once" }]);
await import("../../../static/js/batch/page.js");
await settled();
const socket = Socket.all[0];

const rowOf = (id) => document.getElementById(`document-${id}`);
const shown = (id) => document.getElementById(id).textContent;

test("the page's own state is shown before the socket is open", () => {
  assert.deepEqual(document.getElementById("documents").children.map((node) => node.id), ["document-a", "document-b"]);
  assert.equal(shown("batch-counts"), "1Processing1In review");
  assert.equal(shown("batch-pages"), "2 / 4");
});

test("the socket is opened with a ticket that was asked for", () => {
  socket.dispatchEvent(new Event("open"));
  assert.equal(socket.url, "wss://idp.example/ws/batches/1/");
  assert.deepEqual(socket.sent, [{ ticket: "once" }]);
});

test("a message changes its row and leaves the others' nodes alone", () => {
  const other = rowOf("b");
  socket.receive({ type: "batch.changed", documents: [row("a", "in_review", 2, { pages_done: 2 })], gone: [] });
  assert.equal(rowOf("a").dataset.status, "in_review");
  assert.equal(rowOf("b"), other);
  assert.equal(shown("batch-status"), "In review");
  assert.equal(shown("live-region"), "a.pdf: In review");
});

test("a message that was overtaken changes nothing", () => {
  socket.receive({ type: "batch.changed", documents: [row("a", "processing", 1)], gone: [] });
  assert.equal(rowOf("a").dataset.status, "in_review");
});

test("an equal row keeps its node, and with it the focus", () => {
  const before = rowOf("b");
  socket.receive({ type: "batch.changed", documents: [row("b", "in_review", 5)], gone: [] });
  assert.equal(rowOf("b"), before);
});

test("what is gone is removed, an attachment stands below its message", () => {
  const attachment = (id) => row(id, "processing", 1, { attachment_of: { id: "a", file_name: "a.pdf" } });
  socket.receive({ type: "batch.changed", documents: [attachment("c"), attachment("d")], gone: [] });
  const ids = ["document-a", "document-c", "document-d", "document-b"];
  assert.deepEqual(document.getElementById("documents").children.map((node) => node.id), ids);
  socket.receive({ type: "batch.changed", documents: [], gone: ["b", "c", "d"] });
  assert.deepEqual(document.getElementById("documents").children.map((node) => node.id), ["document-a"]);
});

test("a filter hides rows of another status", () => {
  const button = document.createElement("button");
  button.dataset.filter = "completed";
  root.dispatchEvent(Object.defineProperty(new Event("click"), "target", { value: button }));
  assert.equal(rowOf("a").hidden, true);
  socket.receive({ type: "batch.changed", documents: [row("a", "processing", 9)], gone: [] });
  assert.deepEqual([rowOf("a").dataset.status, rowOf("a").hidden], ["processing", true]);
});

test("a whole state takes away what it does not have", async () => {
  answerFetch([200, { batch: { status: "in_review" }, documents: [] }]);
  socket.receive({ type: "hello" });
  await settled();
  assert.deepEqual(document.getElementById("documents").children, []);
  assert.equal(shown("connection"), "Live");
});
