/** The sub-documents of the stack on the desk itself: cuts with their scores in a dialog, answered without leaving the document. */
import { getJson } from "../session.js";

/** Opens the dialog with the stack as it is now. What is typed on the desk is saved first. */
export async function openPages(desk) {
  const dialog = document.getElementById("pages-dialog");
  const refused = desk.isReadonly ? null : await desk.fields.saveAll();
  if (refused) return desk.focusField(refused);
  try {
    const [data, { mountBoard }] = await Promise.all([getJson(desk.data.urls.arrange), import("../arrange/board.js")]);
    const ending = new AbortController();
    dialog.addEventListener("close", () => ending.abort(), { once: true });
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
  return [".gap.is-doubtful:not(:disabled)", "[data-gap]:not(:disabled)", '[data-act="close"]'].map((selector) => dialog.querySelector(selector)).find(Boolean);
}
