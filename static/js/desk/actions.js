/** The desk's own actions and their usual keys. What they do is the desk's; nothing here knows how. */
import { gettext } from "../i18n.js";
import { keymap } from "./keys.js";

const isField = (event) => Boolean(event.target.matches?.("[data-input]"));

/** `desk()` gives the desk that is open: its methods are what the keys start. */
export function registerDeskActions(desk) {
  registerFieldActions(desk);
  registerDocumentActions(desk);
  registerPageActions(desk);
  const group = gettext("Desk");
  keymap.register(
    { name: "desk.save", keys: ["Ctrl+S"], group, label: gettext("Save what is typed, stay here"), run: () => desk().saveDraft() },
    { name: "desk.back", keys: ["Escape"], group, label: gettext("Back to the queue; the draft is kept"), run: () => desk().back() },
    { name: "desk.keys", keys: ["?", "Ctrl+/"], group, label: gettext("This list"), run: () => desk().showKeys() },
  );
}

function registerFieldActions(desk) {
  const group = gettext("Fields");
  keymap.register(
    { name: "field.confirm", keys: ["Enter"], group, label: gettext("Confirm the field and go to the next that needs a person"), when: isField, run: () => desk().confirmAndNext() },
    { name: "field.confirm_in_order", keys: ["Shift+Enter"], group, label: gettext("Confirm the field and go to the next one in order, whether it needs a person or not"), when: isField, run: () => desk().confirmAndNext({ inOrder: true }) },
    { name: "field.undo", keys: ["Ctrl+Z"], group, label: gettext("Undo the last change of a field"), when: (event) => !desk().isTyping(event), run: () => desk().fields.undo() },
    { name: "field.absent", keys: ["Ctrl+M"], group, label: gettext("Say that the field is not on the document"), run: () => desk().markAbsent() },
  );
}

function registerDocumentActions(desk) {
  const group = gettext("Document");
  keymap.register(
    { name: "document.approve", keys: ["Ctrl+Enter"], group, label: gettext("Approve and open the next document; in the blind sample, first compare"), run: () => desk().decide("approve") },
    { name: "document.skip", keys: ["Ctrl+Space"], group, label: gettext("Skip: put it back and open the next"), run: () => desk().skip() },
    { name: "document.reject", keys: ["Alt+R"], group, label: gettext("Reject with a reason"), run: () => desk().askRejection() },
    { name: "document.type", keys: ["Ctrl+Y"], group, label: gettext("Say what type the document is, or that it is none of ours"), run: () => desk().askType() },
    { name: "document.file", keys: ["Alt+N"], group, label: gettext("File it as none of our types"), run: () => desk().askFiling() },
    { name: "document.pages", keys: ["Ctrl+E"], group, label: gettext("Pages: cut, join and move the sub-documents of the stack"), run: () => desk().arrange() },
  );
}

function registerPageActions(desk) {
  const group = gettext("Page");
  keymap.register(
    { name: "page.previous", keys: ["Ctrl+ArrowLeft"], group, label: gettext("Previous page"), run: () => desk().viewer.step(-1) },
    { name: "page.next", keys: ["Ctrl+ArrowRight"], group, label: gettext("Next page"), run: () => desk().viewer.step(1) },
    { name: "words.choose", keys: ["Ctrl+B"], group, label: gettext("Choose words on the page: click, Shift click for a run, or drag"), run: () => desk().toggleWords() },
  );
}
