/** The sub-documents of the stack on the desk itself: cuts with their scores in a dialog, answered without leaving the document. */
import { gettext } from "../i18n.js";
import { getJson } from "../session.js";
import { keymap } from "./keys.js";
import { openDesk } from "./opened.js";

const GROUP = gettext("Document");
let ending = null;

/** Opens the dialog with the stack as it is now. What is typed on the desk is saved first. */
async function openPages() {
  const desk = openDesk();
  const dialog = document.getElementById("pages-dialog");
  const refused = desk.isReadonly ? null : await desk.fields.saveAll();
  if (refused) return desk.focusField(refused);
  try {
    const [data, { mountBoard }] = await Promise.all([getJson(desk.data.urls.arrange), import("../arrange/board.js")]);
    ending?.abort();
    ending = new AbortController();
    dialog.showModal();
    mountBoard(data, { signal: ending.signal, onApplied: () => location.assign(desk.data.urls.of_document), onBusy: () => {} });
    firstDoubt(dialog)?.focus();
  } catch (failure) {
    if (!failure.status) throw failure;
    desk.say(failure.message);
  }
}

/** The gap that a person should look at, else the first that can change. */
function firstDoubt(dialog) {
  return [".gap.is-doubtful:not(:disabled)", "[data-gap]:not(:disabled)", "[data-pages-close]"].map((selector) => dialog.querySelector(selector)).find(Boolean);
}

/** Called for each desk that opens. */
export function bindPages(desk) {
  const dialog = document.getElementById("pages-dialog");
  const { signal } = desk;
  document.addEventListener("click", (event) => {
    const link = event.target.closest('[data-act="arrange"]');
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    openPages();
  }, { capture: true, signal });
  registerKeys(); // after the desk's own: the same name, another way
  dialog.querySelector("[data-pages-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => ending?.abort());
}

function registerKeys() {
  keymap.register({ name: "document.pages", keys: ["Ctrl+E"], group: GROUP, label: gettext("Pages: cut, join and move the sub-documents of the stack"), run: openPages });
}
