import "./stand_in.js";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FileGone, Transfer } from "../../../static/js/upload/transfer.js";
import { recall, remember, unfinished } from "../../../static/js/upload/memory.js";

const PART = 4 * 2 ** 20;
const LATER = new Date(Date.now() + 3600_000).toISOString();
const file = () => Object.assign(new Blob(["x".repeat(PART + 10)]), { name: "scän.pdf", lastModified: 7 });

/** A server that keeps one upload; `faults` are done instead of the next exchanges: "broken", or a status. */
const server = { received: null, faults: [], log: [] };

globalThis.XMLHttpRequest = class extends EventTarget {
  upload = new EventTarget();
  headers = {};
  open(method, url) {
    Object.assign(this, { method, url });
  }
  setRequestHeader(name, value) {
    this.headers[name] = value;
  }
  getResponseHeader() {
    return String(server.received);
  }
  send(body) {
    server.log.push(this.method);
    const fault = server.faults.shift();
    if (fault === "broken") return queueMicrotask(() => this.dispatchEvent(new Event("error")));
    if (fault) Object.assign(this, { status: fault.status, response: fault });
    else this.#take(body);
    return queueMicrotask(() => this.dispatchEvent(new Event("load")));
  }
  #take(body) {
    if (this.method === "POST") server.metadata = this.headers["Upload-Metadata"];
    if (this.method !== "GET") server.received = (server.received ?? 0) + body.size;
    const is_complete = server.received === PART + 10;
    this.status = { POST: 201, PATCH: 204, GET: 200 }[this.method];
    this.response = { id: "u1", received_bytes: server.received, is_complete, expires_at: LATER };
  }
};

function transfer(chosen = file()) {
  const pauses = [];
  const running = new Transfer(chosen, "/uploads/", { onProgress() {}, onPause: (message, arrived) => pauses.push(arrived) });
  return { pauses, done: running.run(), file: chosen };
}

beforeEach(() => {
  Object.assign(server, { received: null, faults: [], log: [] });
  for (const key of Object.keys(localStorage)) localStorage.removeItem(key);
  mock.method(globalThis, "setTimeout", (work) => queueMicrotask(work)); // pauses end at once
});

test("a file goes in parts, its name in base64", async () => {
  assert.equal(await transfer().done, "u1");
  assert.deepEqual(server.log, ["POST", "PATCH"]);
  assert.equal(Buffer.from(server.metadata.split(" ")[1], "base64").toString(), "scän.pdf");
});

test("after a broken connection the server is asked how far it is", async () => {
  server.faults = [null, "broken"];
  const { done, pauses } = transfer();
  assert.equal(await done, "u1");
  assert.deepEqual(server.log, ["POST", "PATCH", "GET", "PATCH"]);
  assert.deepEqual(pauses, [PART]);
});

test("a busy server is waited for, a refusal is not", async () => {
  server.faults = [{ status: 503, message: "busy" }];
  assert.equal(await transfer().done, "u1");
  server.faults = [{ status: 413, code: "too_large", message: "Too large." }];
  await assert.rejects(transfer(Object.assign(file(), { name: "other.pdf" })).done, { code: "too_large", status: 413 });
});

test("a file that was begun is continued, one that the server forgot begins again", async () => {
  const chosen = file();
  server.received = PART;
  remember(chosen, { id: "u1", received_bytes: PART, expires_at: LATER });
  assert.equal(await transfer(chosen).done, "u1");
  assert.deepEqual(server.log, ["GET", "PATCH"]);
  Object.assign(server, { received: null, log: [], faults: [{ status: 404 }] });
  assert.equal(await transfer(chosen).done, "u1");
  assert.deepEqual(server.log, ["GET", "POST", "PATCH"]);
});

test("a file that cannot be read any more is named", async () => {
  const gone = Object.assign(file(), { slice: () => ({ size: 0, arrayBuffer: () => Promise.reject(new Error("gone")) }) });
  server.faults = ["broken"];
  await assert.rejects(transfer(gone).done, FileGone);
});

test("what is on its way is remembered until it expires", () => {
  const chosen = file();
  remember(chosen, { id: "u1", received_bytes: 5, expires_at: LATER });
  assert.equal(recall(chosen).sent, 5);
  assert.deepEqual(unfinished().map(({ id, name }) => [id, name]), [["u1", "scän.pdf"]]);
  remember(chosen, { id: "u1", received_bytes: 5, expires_at: new Date(0).toISOString() });
  assert.equal(recall(chosen), null);
  assert.deepEqual([unfinished(), Object.keys(localStorage)], [[], []]);
});
