/** The review desk: viewer, fields, lease, decisions and keys. */
import { announce, readJson } from "../dom.js";
import { fill, gettext, ngettext } from "../i18n.js";
import { postJson } from "../session.js";
import { bindThumbnails } from "../viewer/thumbnails.js";
import { PageViewer } from "../viewer/viewer.js";
import { registerDeskActions } from "./actions.js";
import { DeskChecks, OverrideDialog } from "./checks.js";
import { DeskFields } from "./fields.js";
import { KeyList } from "./key_list.js";
import { keymap } from "./keys.js";
import { Lease } from "./lease.js";
import { deskOpened, openDesk } from "./opened.js";
import { isToDecide, questionOf } from "./question.js";

const desk = readJson("desk-data");
const main = document.getElementById("content");
const notice = document.getElementById("desk-notice");
const reasonDialog = document.getElementById("reason-dialog");
const typeDialog = document.getElementById("type-dialog");
const fileDialog = document.getElementById("file-dialog");
const keyList = new KeyList(keymap, desk.urls.preferences);
const viewer = new PageViewer(document.getElementById("viewer"), readJson("pages-data"));
const checks = new DeskChecks(desk.failed_checks);
const overrideDialog = new OverrideDialog((override) => decide("approve", { override }));
const fields = new DeskFields({ fields: desk.fields, viewer, correctUrl: desk.urls.correct, placeholder: desk.placeholder, onChange: takeChecks });
const lease = new Lease({ claimUrl: desk.urls.claim, releaseUrl: desk.urls.release, onHeld: () => setReadonly(false), onLost: (message) => setReadonly(true, message) });
const RELOAD_AFTER = 2000;
let isWarned = false;
let isBusy = false;

function showProgress() {
  document.getElementById("field-progress").textContent = questionOf(desk, fields, checks);
}

function takeChecks(answer) {
  checks.take(answer);
  showProgress();
}

function say(message) {
  notice.hidden = !message;
  notice.textContent = message ?? "";
}

function setReadonly(isReadonly, message = "") {
  main.classList.toggle("is-readonly", isReadonly);
  fields.setReadonly(isReadonly);
  if (isReadonly) say(message);
}

function focusField(field) {
  if (field) field.input.focus();
  else document.querySelector("[data-first-act]").focus();
}

/** Unsettled fields are shown once before an approval takes them as they are. */
function mustWarn() {
  const left = fields.open.length;
  if (!left || isWarned) return false;
  isWarned = true;
  say(fill(ngettext("{n} field still needs a look. Approve again to take it as it is.", "{n} fields still need a look. Approve again to take them as they are.", left), { n: left }));
  focusField(fields.open[0]);
  return true;
}

/** An approval with failed checks asks for its reason first; an `override` is the answer. */
async function decide(decision, { reason = "", override = null } = {}) {
  if (isBusy || fields.isReadonly) return;
  if (decision === "approve" && isToDecide(desk, "type")) return askType();
  if (decision === "approve" && desk.is_blind) return compare();
  isBusy = true;
  try {
    const refused = await fields.saveAll();
    if (refused) return focusField(refused);
    if (decision === "approve" && !override && mustAsk()) return;
    const { next } = await postJson(desk.urls.decide, { decision, reason, override });
    announce(gettext("Decided; opening the next document."));
    location.assign(next);
  } catch (failure) {
    if (failure.code === "failed_checks") overrideDialog.ask(failure.data.failed_checks, fields.open.length);
    else say(failure.message);
  } finally {
    isBusy = false;
  }
}

/** Ends the blind entry: the desk opens again with what the machine read beside the person's entries. */
async function compare() {
  isBusy = true;
  try {
    const refused = await fields.saveAll();
    if (refused) return focusField(refused);
    const { next, differing } = await postJson(desk.urls.compare, {});
    announce(differing ? fill(ngettext("{n} field differs.", "{n} fields differ.", differing), { n: differing }) : gettext("Nothing differs."));
    location.assign(next);
  } catch (failure) {
    say(failure.message);
  } finally {
    isBusy = false;
  }
}

function mustAsk() {
  if (!checks.failed.length) return mustWarn();
  overrideDialog.ask(checks.failed, fields.open.length);
  return true;
}

function askRejection() {
  reasonDialog.returnValue = "";
  reasonDialog.showModal();
  document.getElementById("reason-text").focus();
}

reasonDialog.addEventListener("close", () => {
  const reason = document.getElementById("reason-text").value.trim();
  if (reasonDialog.returnValue === "ok" && reason) decide("reject", { reason });
});

function askType() {
  if (fields.isReadonly) return;
  typeDialog.returnValue = "";
  typeDialog.showModal();
  document.getElementById("type-choice").focus();
}

async function retype() {
  const refused = await fields.saveAll();
  if (refused) return focusField(refused);
  try {
    const { next } = await postJson(desk.urls.retype, { schema_id: document.getElementById("type-choice").value || null });
    location.assign(next);
  } catch (failure) {
    say(failure.message);
  }
}

typeDialog.addEventListener("close", () => {
  if (typeDialog.returnValue === "ok") retype();
});

function askFiling() {
  if (fields.isReadonly) return;
  typeDialog.close();
  fileDialog.returnValue = "";
  fileDialog.showModal();
  document.getElementById("file-ok").focus();
}

fileDialog.addEventListener("close", () => {
  if (fileDialog.returnValue === "ok") decide("none_of_ours", { reason: document.getElementById("file-note").value.trim() });
});

async function leave(url) {
  await fields.saveAll();
  await lease.release();
  location.assign(url);
}

async function saveDraft() {
  const refused = await fields.saveAll();
  if (refused) return focusField(refused);
  say("");
  return announce(gettext("Saved."));
}

async function confirmAndNext({ inOrder = false } = {}) {
  if (fields.active && !(await fields.save(fields.active, { confirm: true }))) return;
  focusField(inOrder || desk.is_blind ? fields.following() : fields.nextOpen());
}

const ACTIONS = {
  approve: () => decide("approve"),
  reject: askRejection,
  skip: () => leave(desk.urls.skip),
  back: () => leave(desk.urls.queue),
  arrange: () => leave(desk.urls.arrange),
  retype: askType,
  file: askFiling,
  help: () => keyList.open(),
  close: (target) => target.closest("dialog").close(),
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-act]");
  if (!target) return;
  event.preventDefault();
  ACTIONS[target.dataset.act](target);
});

/** While a field holds typed text that is not saved, Ctrl+Z belongs to the browser; words taken from the page are ours. */
function isTyping(event) {
  const field = fields.fields.find((candidate) => candidate.input === event.target);
  return Boolean(field && !field.steps.length && field.input.value !== field.saved);
}

const open = {
  data: desk, fields, viewer, checks, lease, say, decide, saveDraft, confirmAndNext, askRejection, askType, askFiling, isTyping,
  back: ACTIONS.back, skip: ACTIONS.skip, arrange: ACTIONS.arrange, showKeys: ACTIONS.help, signal: new AbortController().signal,
  markAbsent: () => fields.active && fields.markAbsent(fields.active),
  toggleWords: () => viewer.useWords(!viewer.selection.isActive),
};
keymap.load(desk.preferences);
registerDeskActions(openDesk);
keymap.listen();
deskOpened(open);

window.addEventListener("beforeunload", (event) => {
  if (fields.isDirty && !fields.isReadonly) event.preventDefault();
});

showProgress();
bindThumbnails(document.getElementById("thumbnails"), viewer);
if (desk.is_read_again) {
  setReadonly(true, gettext("Its pages are being read again; the desk opens when that is done."));
  setTimeout(() => location.reload(), RELOAD_AFTER);
} else if (desk.can_review) lease.claim();
else {
  lease.stayReader();
  setReadonly(true, gettext("You may read this document; reviewing needs the role operator."));
}
viewer.show(viewer.pages[0].number); // not awaited: nobody waits for a picture to begin
focusField(fields.open[0] ?? fields.fields[0]);
