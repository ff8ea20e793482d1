/** The desk's own actions and their usual keys. What they do is the desk's; nothing here knows how. */
import { fill, gettext } from "../i18n.js";
import { keymap } from "./keys.js";

const isField = (event) => Boolean(event.target.matches?.("[data-input]"));

/** `desk()` gives the desk that is open: its methods are what the keys start. */
export function registerDeskActions(desk) {
  const group = gettext("Desk");
  keymap.register(
    { name: "desk.save", keys: ["Ctrl+S"], group, label: gettext("Save what is typed, stay here"), run: () => desk().saveDraft() },
    { name: "desk.back", keys: ["Escape"], group, label: gettext("Back to the queue; the draft is kept"), run: () => desk().back() },
    { name: "desk.keys", keys: ["?", "Ctrl+/"], group, label: gettext("This list"), run: () => desk().showKeys() },
  );
  registerFieldActions(desk);
  registerDocumentActions(desk);
  registerPageActions(desk); // its modes come last: Esc ends them before it leaves the document
}

function registerFieldActions(desk) {
  const group = gettext("Fields");
  keymap.register(
    { name: "field.confirm", keys: ["Enter"], group, label: gettext("Confirm the field and go to the next that needs a person"), when: isField, run: () => desk().confirmAndNext() },
    { name: "field.confirm_in_order", keys: ["Shift+Enter"], group, label: gettext("Confirm the field and go to the next one in order, whether it needs a person or not"), when: isField, run: () => desk().confirmAndNext({ inOrder: true }) },
    { name: "field.undo", keys: ["Ctrl+Z"], group, label: gettext("Undo what was done last, in a field or in a table"), when: (event) => !desk().isTyping(event), run: () => desk().undo() },
    ...[1, 2, 3, 4, 5].map((n) => ({ name: `other.${n}`, keys: [`Alt+${n}`], group, label: fill(gettext("Take the other reading no. {n}"), { n }), run: () => desk().fields.takeOther(n) })),
    { name: "other.next", keys: ["Alt+ArrowDown"], group, label: gettext("Next reading of the field, with its place"), run: () => desk().fields.stepOther(1) },
    { name: "other.previous", keys: ["Alt+ArrowUp"], group, label: gettext("Previous reading of the field, with its place"), run: () => desk().fields.stepOther(-1) },
    { name: "field.illegible", keys: ["Ctrl+I"], group, label: gettext("Say that the field is there but cannot be read"), run: () => desk().markAbsent({ isIllegible: true }) },
    { name: "field.absent", keys: ["Ctrl+M"], group, label: gettext("Say that the field is not on the document"), run: () => desk().markAbsent() },
  );
}

function registerDocumentActions(desk) {
  const group = gettext("Document");
  keymap.register(
    { name: "document.approve", keys: ["Ctrl+Enter"], group, label: gettext("Approve and open the next document; in the blind sample, first compare"), run: () => desk().decide("approve") },
    { name: "document.override", keys: ["Alt+O"], group, label: gettext("Say why it is right although checks fail"), run: () => desk().askOverride() },
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
    { name: "page.larger", keys: ["Ctrl+Alt++", "+"], group, label: gettext("Larger"), run: () => desk().viewer.zoomBy(1.25) },
    { name: "page.smaller", keys: ["Ctrl+Alt+-", "-"], group, label: gettext("Smaller"), run: () => desk().viewer.zoomBy(0.8) },
    { name: "panel.next", keys: ["F6"], group, label: gettext("To the next panel"), run: () => desk().panels.step(1) },
    { name: "panel.previous", keys: ["Shift+F6"], group, label: gettext("To the panel before"), run: () => desk().panels.step(-1) },
    { name: "panel.tables", keys: ["Alt+T"], group, label: gettext("Fold or unfold the tables"), run: () => desk().tables?.toggle() },
    { name: "words.choose", keys: ["Ctrl+B"], group, label: gettext("Choose words on the page: click, Shift click for a run, or drag"), run: () => desk().choosing.toggle() },
  );
  registerChoosing(desk, gettext("While words are chosen"));
}

/** Keys of a mode: registered last, so that they are asked first while it is on. */
function registerChoosing(desk, group) {
  const when = (event) => desk().choosing.takesKeys(event);
  const to = (across, down, extend = false) => () => desk().choosing.move(across, down, { extend });
  const arrows = { Left: [-1, 0, gettext("Word to the left")], Right: [1, 0, gettext("Word to the right")], Up: [0, -1, gettext("Word above")], Down: [0, 1, gettext("Word below")] };
  for (const [name, [across, down, label]] of Object.entries(arrows)) {
    keymap.register({ name: `words.${name.toLowerCase()}`, mode: "words", keys: [`Arrow${name}`], group, label, when, run: to(across, down) });
  }
  keymap.register(
    { name: "words.more", mode: "words", keys: ["Shift+ArrowRight"], group, label: gettext("Take the next word too"), when, run: to(1, 0, true) },
    { name: "words.fewer", mode: "words", keys: ["Shift+ArrowLeft"], group, label: gettext("Leave the last word out"), when, run: to(-1, 0, true) },
    { name: "words.more_below", mode: "words", keys: ["Shift+ArrowDown"], group, label: gettext("Take the words down to the next line too"), when, run: to(0, 1, true) },
    { name: "words.take", mode: "words", keys: ["Enter"], group, label: gettext("Fill the field with the words"), when: (event) => when(event) && desk().choosing.hasCursor, run: () => desk().choosing.take() },
    { name: "words.end", mode: "words", keys: ["Escape"], group, label: gettext("End choosing words"), when: () => desk().choosing.isOn, run: () => desk().choosing.end() },
  );
}
