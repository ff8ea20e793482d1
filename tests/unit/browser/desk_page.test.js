/** The page of the desk: what it binds on each document, also on one that follows without a new page. */
import { Node, document, place } from "./stand_in.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SourceTextModule, SyntheticModule } from "node:vm";

const PAGE = new URL("../../../static/js/desk/page.js", import.meta.url);
const desks = [];

class Desk {
  constructor(go) {
    this.data = { preferences: {}, urls: {}, can_review: false };
    this.signal = new AbortController().signal;
    desks.push(go);
  }
  begin() {}
  close() {}
}

/** The modules that draw, and what the desk is made of, have journeys of their own. */
const STAND_INS = {
  "./actions.js": { registerDeskActions() {} },
  "./desk.js": { Desk },
  "./keys.js": { keymap: { load() {}, listen() {} } },
  "./next.js": { NextDesk: class { take = async () => ({ main: content(true), title: "Next" }); } },
  "./pages.js": { bindPages() {} },
  "./tables/tables.js": { openTables() {} },
};

async function openPage() {
  const page = new SourceTextModule(readFileSync(PAGE, "utf8"), { identifier: PAGE.href });
  await page.link(async (name) => {
    const module = STAND_INS[name] ?? (await import(new URL(name, PAGE)));
    return new SyntheticModule(Object.keys(module), function () {
      for (const [key, value] of Object.entries(module)) this.setExport(key, value);
    });
  });
  await page.evaluate();
}

/** The content of a document, with the dialog to take it over where that is allowed. */
function content(mayTakeOver) {
  const main = new Node("main");
  main.id = "content";
  if (!mayTakeOver) return main;
  const button = Object.assign(new Node("button"), { id: "take-over" });
  button.dataset.url = "/take-over/";
  const dialog = Object.assign(new Node("dialog"), { id: "take-over-dialog", showModal: () => (dialog.open = true) });
  const [note, failed, form, close] = ["textarea", "p", "form", "button"].map((tag) => new Node(tag));
  failed.setAttribute("data-failed", "");
  close.setAttribute("data-close", "");
  form.append(note, failed, close);
  dialog.append(form);
  main.append(button, dialog);
  return main;
}

test("the next document can be taken over, where the first could not", async () => {
  place("div", "root").append(content(false));
  Object.assign(globalThis, { history: { pushState() {} }, DOMParser: class {} });
  await openPage();
  await desks[0]({ next: "/next/", version: "1", left: 1 });
  document.getElementById("take-over").dispatchEvent(new Event("click"));
  assert.equal(document.getElementById("take-over-dialog").open, true);
});
