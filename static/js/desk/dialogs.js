/** The dialogs that ask for an answer before a decision: the reason of a rejection, the type, filing as none of ours. */

export class AnswerDialogs {
  constructor(desk) {
    this.desk = desk;
    for (const name of ["reason", "type", "file"]) this[name] = document.getElementById(`${name}-dialog`);
    this.reason.addEventListener("close", () => this.#reject());
    this.reason.addEventListener("keydown", (event) => this.#send(event, "reason-ok"));
    this.file.addEventListener("keydown", (event) => this.#send(event, "file-ok"));
    this.type.addEventListener("close", () => this.type.returnValue === "ok" && desk.retype(document.getElementById("type-choice").value || null));
    this.file.addEventListener("close", () => this.file.returnValue === "ok" && desk.decide("none_of_ours", { reason: document.getElementById("file-note").value.trim() }));
  }

  #open(dialog, first) {
    if (this.desk.isReadonly || document.querySelector("dialog[open]")) return;
    dialog.returnValue = "";
    dialog.showModal();
    document.getElementById(first).focus();
  }

  /** Ctrl+Enter sends a dialog in which Enter writes a line. */
  #send(event, buttonId) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    const button = document.getElementById(buttonId);
    button.form.requestSubmit(button);
  }

  askRejection() {
    this.#open(this.reason, "reason-text");
  }

  askType() {
    this.#open(this.type, "type-choice");
  }

  askFiling() {
    this.type.close();
    this.#open(this.file, "file-ok");
  }

  #reject() {
    const reason = document.getElementById("reason-text").value.trim();
    if (this.reason.returnValue === "ok" && reason) this.desk.decide("reject", { reason });
  }
}
