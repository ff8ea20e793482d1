/** A manager takes a task from who holds it, with a note that they read. */
import { gettext } from "../i18n.js";
import { postJson } from "../session.js";

export async function takeOver(url, note, failed) {
  try {
    const { next } = await postJson(url, { note });
    location.assign(next);
  } catch (failure) {
    failed.textContent = failure.message || gettext("That did not work.");
    failed.hidden = false;
  }
}

/** Called for each desk that opens: the next document may be of a team whose tasks can be taken over, the first of one without. */
export function bindTakeOver() {
  const button = document.getElementById("take-over");
  const dialog = document.getElementById("take-over-dialog");
  if (!button || !dialog) return;
  const note = dialog.querySelector("textarea");
  const failed = dialog.querySelector("[data-failed]");
  button.addEventListener("click", () => {
    failed.hidden = true;
    dialog.showModal();
    note.focus();
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    takeOver(button.dataset.url, note.value.trim(), failed);
  });
}
