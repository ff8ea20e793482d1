/** One document on the desk: viewer, fields, checks, lease, dialogs and decisions. The page makes one for each document. */
import { announce, readJson } from "../dom.js";
import { bindEInvoice } from "../e_invoice.js";
import { fill, gettext, ngettext } from "../i18n.js";
import { getJson, postJson } from "../session.js";
import { bindThumbnails } from "../viewer/thumbnails.js";
import { PageViewer } from "../viewer/viewer.js";
import { DeskChecks, OverrideDialog } from "./checks.js";
import { Choosing } from "./choosing.js";
import { AnswerDialogs } from "./dialogs.js";
import { Drafts } from "./drafts.js";
import { DeskFields } from "./fields.js";
import { KeyList } from "./key_list.js";
import { keymap } from "./keys.js";
import { Lease } from "./lease.js";
import { openPages } from "./pages.js";
import { Panels } from "./panels.js";
import { isToDecide, questionOf } from "./question.js";

const RELOAD_AFTER = 2000;

export class Desk {
  #ending = new AbortController();
  #isWarned = false;
  #isBusy = false;

  /** `go(next)` opens another document, `{next, version, left}` as a decision's answer names it; `ready`: what was loaded ahead
   * of this one, `{images, words}`. */
  constructor(go, ready = {}) {
    this.go = go;
    this.signal = this.#ending.signal;
    this.data = readJson("desk-data");
    this.main = document.getElementById("content");
    this.notice = document.getElementById("desk-notice");
    const { urls } = this.data;
    this.viewer = new PageViewer(document.getElementById("viewer"), readJson("pages-data"), { ...ready, signal: this.signal });
    this.checks = new DeskChecks(this.data.failed_checks);
    this.override = new OverrideDialog((override) => this.decide("approve", { override }));
    this.drafts = new Drafts(urls.draft, () => (this.isReadonly ? null : this.fields.typed), this.signal);
    this.fields = new DeskFields({
      fields: this.data.fields, viewer: this.viewer, correctUrl: urls.correct, undoUrl: urls.undo, placeholder: this.data.placeholder, signal: this.signal,
      onChange: (answer) => this.#takeChecks(answer), onTyped: () => this.drafts.note(), onTable: (answer) => this.tables?.undone(answer),
    });
    this.lease = new Lease({ claimUrl: urls.claim, releaseUrl: urls.release, onHeld: () => this.#setReadonly(false), onLost: (message) => this.#setReadonly(true, message), signal: this.signal });
    this.choosing = new Choosing(this);
    this.panels = new Panels(this);
    this.keyList = new KeyList(keymap, urls.preferences);
    this.dialogs = new AnswerDialogs(this);
    document.addEventListener("click", (event) => this.#click(event), { signal: this.signal });
    window.addEventListener("beforeunload", (event) => this.fields.isDirty && !this.isReadonly && this.drafts.isBehind && event.preventDefault(), { signal: this.signal });
  }

  get isReadonly() {
    return Boolean(this.fields?.isReadonly);
  }

  /** Focus first: nobody waits for a picture, or for the lease, to begin. */
  begin() {
    const count = this.fields.putBack(this.data.draft);
    this.drafts.knows(this.data.draft);
    this.showProgress();
    bindThumbnails(document.getElementById("thumbnails"), this.viewer, this.signal);
    bindEInvoice(document.getElementById("e-invoice"), this.viewer);
    if (this.data.is_read_again) {
      this.#setReadonly(true, gettext("Its pages are being read again; the desk opens when that is done."));
      setTimeout(() => this.signal.aborted || location.reload(), RELOAD_AFTER);
    } else if (this.data.can_review) this.lease.claim();
    else {
      this.lease.stayReader();
      this.#setReadonly(true, gettext("You may read this document; reviewing needs the role operator."));
    }
    const first = this.fields.open[0] ?? this.fields.fields[0];
    this.viewer.show((this.viewer.pageNumbered(first?.page) ?? this.viewer.pages[0]).number);
    this.focusField(first);
    if (count) this.say(fill(ngettext("What you had typed in {n} field is back; it is not saved yet.", "What you had typed in {n} fields is back; it is not saved yet.", count), { n: count }));
  }

  /** The desk ends, and what waits on page or window for it; the lease is not given back. */
  close() {
    this.lease.end();
    this.#ending.abort();
  }

  showProgress() {
    document.getElementById("field-progress").textContent = questionOf(this.data, this.fields, this.checks);
  }

  #takeChecks(answer) {
    this.checks.take(answer);
    this.tables?.changed();
    this.showProgress();
  }

  say(message) {
    this.notice.hidden = !message;
    this.notice.textContent = message ?? "";
  }

  #setReadonly(isReadonly, message = "") {
    this.main.classList.toggle("is-readonly", isReadonly);
    this.fields.setReadonly(isReadonly);
    if (isReadonly) this.say(message);
  }

  focusField(field) {
    if (!field) return document.querySelector("[data-first-act]")?.focus();
    return field.input.focus();
  }

  /** What is right costs one key: doubtful values are taken as they are, and the record says that nobody examined them. Only where
   * a required value is missing the field is shown once before. */
  #mustWarn() {
    const missing = this.fields.open.filter((field) => field.is_required && !field.input.value.trim());
    if (!missing.length || this.#isWarned) return false;
    this.#isWarned = true;
    this.say(fill(ngettext("{n} required field has no value. Approve again to leave it empty.", "{n} required fields have no value. Approve again to leave them empty.", missing.length), { n: missing.length }));
    this.focusField(missing[0]);
    return true;
  }

  #mustAsk() {
    if (!this.checks.failed.length) return this.#mustWarn();
    this.override.ask(this.checks.failed, this.fields.open.length);
    return true;
  }

  /** Asks why it is right although checks fail; the approval follows from the answer. */
  askOverride() {
    if (this.isReadonly) return;
    if (this.checks.failed.length) this.override.ask(this.checks.failed, this.fields.open.length);
    else announce(gettext("No check fails."));
  }

  /** An approval with failed checks asks for its reason first; an `override` is the answer. */
  async decide(decision, { reason = "", override = null } = {}) {
    if (this.#isBusy || this.isReadonly) return;
    if (decision === "approve" && isToDecide(this.data, "type")) return this.askType();
    if (decision === "approve" && this.data.is_blind) return this.#once(() => this.#compare());
    return this.#once(async () => {
      const refused = await this.fields.saveAll();
      if (refused) return this.focusField(refused);
      if (decision === "approve" && !override && this.#mustAsk()) return undefined;
      const next = await postJson(this.data.urls.decide, { decision, reason, override });
      announce(gettext("Decided; opening the next document."));
      return this.go(next);
    });
  }

  /** Runs one decision at a time; what is refused is said. */
  async #once(act) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await act();
    } catch (failure) {
      if (failure.code === "failed_checks") this.override.ask(failure.data.failed_checks, this.fields.open.length);
      else this.say(failure.message);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Ends the blind entry: the desk opens again with what the machine read beside the person's entries. */
  async #compare() {
    const refused = await this.fields.saveAll();
    if (refused) return this.focusField(refused);
    const { next, differing } = await postJson(this.data.urls.compare, {});
    announce(differing ? fill(ngettext("{n} field differs.", "{n} fields differ.", differing), { n: differing }) : gettext("Nothing differs."));
    return location.assign(next);
  }

  askRejection() {
    this.dialogs.askRejection();
  }

  askType() {
    this.dialogs.askType();
  }

  askFiling() {
    this.dialogs.askFiling();
  }

  retype(schemaId) {
    return this.#once(async () => {
      const refused = await this.fields.saveAll();
      if (refused) return this.focusField(refused);
      const { next } = await postJson(this.data.urls.retype, { schema_id: schemaId });
      return location.assign(next);
    });
  }

  /** What cannot be saved stays as the draft. */
  async leave(url) {
    await this.fields.saveAll();
    await this.drafts.flush();
    await this.lease.release();
    location.assign(url);
  }

  skip() {
    return this.#once(async () => {
      await this.fields.saveAll();
      await this.drafts.flush();
      const next = await getJson(this.data.urls.skip);
      return next.is_round ? location.assign(next.next) : this.go(next);
    });
  }

  back() {
    return this.leave(this.data.urls.queue);
  }

  arrange() {
    return openPages(this);
  }

  async saveDraft() {
    const refused = await this.fields.saveAll();
    if (refused) return this.focusField(refused);
    this.say("");
    return announce(gettext("Saved."));
  }

  /** What was typed is read by the server first: it may settle other fields. What is confirmed as it is changes no other, so
   * the focus moves on at once; where the server refuses it, it comes back unless the person is at work again. */
  async confirmAndNext({ inOrder = false } = {}) {
    const { active } = this.fields;
    const isTyped = active && (active.input.value !== active.saved || active.chosen);
    const saved = active ? this.fields.save(active, { confirm: true }) : Promise.resolve(true);
    if (isTyped && !(await saved)) return;
    const next = inOrder || this.data.is_blind ? this.fields.following() : this.fields.nextOpen();
    this.focusField(next);
    if (!(await saved) && (!next || next.input.value === next.saved)) this.focusField(active);
    else if (!isTyped && !next && this.fields.open.length) this.focusField(this.fields.open[0]);
  }

  markAbsent({ isIllegible = false } = {}) {
    return this.fields.active && this.fields.markAbsent(this.fields.active, { isIllegible });
  }

  /** While a field holds typed text that is not saved, Ctrl+Z belongs to the browser; words taken from the page are ours. */
  isTyping(event) {
    const field = this.fields.fields.find((candidate) => candidate.input === event.target);
    return Boolean(field && !field.steps.length && field.input.value !== field.saved);
  }

  /** What was done last, wherever: what is on its way to the server comes first. */
  async undo() {
    await this.tables?.settled;
    await this.fields.undo().catch((failure) => {
      this.say(failure.message);
      announce(failure.message);
    });
  }

  showKeys() {
    this.keyList.open();
  }

  #click(event) {
    const target = event.target.closest("[data-act]");
    if (target?.href && (event.ctrlKey || event.metaKey || event.shiftKey)) return; // another tab or window: the browser's
    const actions = {
      approve: () => this.decide("approve"), reject: () => this.askRejection(), skip: () => this.skip(), back: () => this.back(), arrange: () => this.arrange(),
      retype: () => this.askType(), file: () => this.askFiling(), help: () => this.showKeys(), close: () => target.closest("dialog").close(),
    };
    if (!actions[target?.dataset.act]) return;
    event.preventDefault();
    actions[target.dataset.act]();
  }
}
