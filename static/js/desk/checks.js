/** What the checks say now: the list of reasons, the counter, and the dialog that asks why it is approved all the same. */
import { h } from "../dom.js";
import { fill, gettext, ngettext } from "../i18n.js";

const OTHER = "other";
const RECEIVED = "not_received_before";

/** The failed checks of the document on the desk; each correction's answer brings them again. */
export class DeskChecks {
  constructor(failed) {
    this.failed = failed;
    this.why = document.getElementById("desk-why");
    this.reasons = document.getElementById("desk-reasons");
  }

  /** Takes what a correction's answer says. */
  take({ failed_checks: failed, reasons }) {
    this.failed = failed;
    this.reasons.replaceChildren(...reasons.map((reason) => h("li", {}, reason)));
    this.why.hidden = reasons.length === 0;
  }

  progressText(left) {
    const failed = this.failed.length;
    const looks = left ? fill(ngettext("{n} field needs a look", "{n} fields need a look", left), { n: left }) : "";
    const checks = failed ? fill(ngettext("{n} check fails", "{n} checks fail", failed), { n: failed }) : "";
    return [looks, checks].filter(Boolean).join(" · ") || gettext("Every field is settled.");
  }
}

/** Lists the failed checks and asks for a reason: Ctrl+Enter sends it, Esc goes back to the desk. */
export class OverrideDialog {
  /** `onAnswer({code, text})` is called where the person approves all the same. */
  constructor(onAnswer) {
    this.dialog = document.getElementById("override-dialog");
    this.code = document.getElementById("override-code");
    this.text = document.getElementById("override-text");
    this.ok = document.getElementById("override-ok");
    this.code.addEventListener("change", () => this.#validate());
    this.text.addEventListener("input", () => this.#validate());
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.dialog.addEventListener("close", () => {
      if (this.dialog.returnValue === "ok") onAnswer({ code: this.code.value, text: this.text.value.trim() });
    });
  }

  /** `left`: how many fields still need a look beside the checks. */
  ask(failed, left) {
    document.getElementById("override-checks").replaceChildren(...failed.map((check) => h("li", {}, check.message)));
    const note = document.getElementById("override-left");
    note.hidden = !left;
    note.textContent = fill(ngettext("{n} field still needs a look; it is taken as it is.", "{n} fields still need a look; they are taken as they are.", left), { n: left });
    this.#offer(failed.some((check) => check.check === RECEIVED));
    this.#validate();
    this.dialog.returnValue = "";
    if (!this.dialog.open) this.dialog.showModal();
    this.code.focus();
  }

  /** Whether it is a new document or a correction is asked only of what was received before, and then nothing else. */
  #offer(wasReceived) {
    for (const option of this.code.options) {
      const isAnswer = option.dataset.received === "yes";
      option.hidden = option.disabled = Boolean(option.value) && isAnswer !== wasReceived;
      if (option.disabled && option.selected) this.code.value = "";
    }
  }

  #validate() {
    const isOther = this.code.value === OTHER;
    this.text.required = isOther;
    this.text.setCustomValidity(isOther && !this.text.value.trim() ? gettext("Say in your own words why.") : "");
  }

  #key(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    this.ok.form.requestSubmit(this.ok);
  }
}
