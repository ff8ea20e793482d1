/** The editor of document types: outline, form, what is missing and what publishing changes; the draft stores itself. */
import { announce, h, icon, readJson } from "../dom.js";
import { fill, formatClock, gettext, ngettext } from "../i18n.js";
import { RequestFailed, postJson } from "../session.js";
import { Forms } from "./forms.js";
import { TypeModel, nameFor } from "./model.js";
import { Outline } from "./outline.js";
import { Paper } from "./paper.js";
import { Saver } from "./saving.js";

const data = readJson("type-data");
const root = document.getElementById("type-editor");
const panel = document.getElementById("type-form");
const side = document.getElementById("type-side");
const stateLine = document.getElementById("type-state");
const publishButton = document.getElementById("type-publish");
const notice = document.getElementById("type-notice");
const dialog = document.getElementById("publish-dialog");

let draft = data.draft;
let chosen = location.hash.startsWith("#/") ? location.hash.slice(2) : "";
const model = new TypeModel(draft.definition);
const problemsAt = (path) => draft.problems.filter((one) => one.path === path);
const outline = new Outline({ root: document.getElementById("type-outline"), model, vocabulary: data.vocabulary, problems: () => draft.problems });
const forms = new Forms({ model, vocabulary: data.vocabulary, problems: problemsAt, onChange: changed, onShape: () => choose(chosen) });

const saver = new Saver({ read: () => model.definition, send: store, onState: showState });

async function store(definition) {
  if (!draft.revision) draft.revision = (await postJson(data.urls.draft)).revision;
  return postJson(data.urls.draft, { definition, revision: draft.revision }, { method: "PUT" });
}

function showState(state, said) {
  const texts = {
    changed: gettext("Not stored yet"),
    saving: gettext("Storing …"),
    saved: said ? fill(gettext("Stored at {time}"), { time: formatClock(said.updated_at) }) : "",
    waiting: gettext("The server cannot be reached. What you typed is kept here and stored as soon as it can."),
    refused: said?.message,
  };
  stateLine.textContent = texts[state];
  stateLine.classList.toggle("is-bad", state === "waiting" || state === "refused");
  if (state === "refused" && said instanceof RequestFailed) showNotice(said);
  if (state === "saved") adopt(said);
}

function showNotice(error) {
  notice.hidden = false;
  const again = h("button", { type: "button", class: "btn btn-sm", onclick: () => location.reload() }, gettext("Load it again"));
  notice.replaceChildren(h("span", {}, error.message), error.status === 409 ? again : "");
}

/** What the server says beside the draft: problems, changes, the next number. The form keeps the focus. */
function adopt(answer) {
  const told = JSON.stringify(draft.problems);
  draft = answer;
  drawSide();
  paper.stored();
  if (told === JSON.stringify(draft.problems)) return;
  outline.draw(chosen);
  const focused = panel.contains(document.activeElement) ? document.activeElement : null;
  const label = focused?.id && panel.querySelector(`label[for="${focused.id}"]`)?.textContent;
  if (!focused) drawForm();
  else markProblems(label);
}

/** While somebody types, only the marks of the present form change, not its inputs. */
function markProblems() {
  for (const old of panel.querySelectorAll(".form-problem")) old.remove();
  for (const control of panel.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
}

function changed() {
  saver.changed();
  outline.draw(chosen);
  drawHead();
  const title = panel.querySelector(".type-form-title");
  if (title) title.textContent = titleOf(chosen);
}

/** What is chosen, as its form is headed. */
function titleOf(path) {
  const item = path ? model.at(path) : null;
  if (!item) return gettext("The whole type");
  return item.label || item.name || ("rule" in item ? forms.checkLabel(item) : gettext("New"));
}

function choose(path, { focus = false } = {}) {
  chosen = model.at(path) === undefined ? "" : path;
  history.replaceState(null, "", chosen ? `#/${chosen}` : location.pathname);
  outline.draw(chosen);
  drawForm();
  if (focus) (panel.querySelector("[data-first]") ?? panel.querySelector("input, select, textarea"))?.focus();
}

function drawForm() {
  panel.replaceChildren(h("h2", { class: "type-form-title" }, titleOf(chosen)), ...forms.of(chosen).flat(3).filter(Boolean));
}

function drawHead() {
  document.getElementById("type-name").textContent = model.definition.name || gettext("Document type without a name");
}

function problemButton(problem) {
  const place = problem.path.match(/^(?:fields\/\d+|tables\/\d+(?:\/columns\/\d+)?|checks\/\d+)/)?.[0] ?? "";
  const name = place ? titleOf(place) : gettext("The whole type");
  return h("li", {}, h("button", { type: "button", class: "problem-link", "data-path": place, "data-focus": "" }, h("strong", {}, name), " ", problem.text));
}

function drawSide() {
  const { problems, changes, base } = draft;
  const missing = ngettext("{n} thing is missing", "{n} things are missing", problems.length);
  side.replaceChildren(
    problems.length
      ? h("section", { class: "panel" }, h("div", { class: "panel-head" }, h("h2", {}, fill(missing, { n: problems.length }))), h("ul", { class: "panel-body problem-list" }, problems.map(problemButton)))
      : h("p", { class: "notice notice-success" }, icon("check", "sm"), " ", base && !changes.length ? fill(gettext("The same as version {version}"), { version: base }) : gettext("It can be published")),
    changes.length ? changesPanel(fill(gettext("Changes since {version}"), { version: base }), changes) : "",
    draft.columns.length ? h("section", { class: "panel" }, h("div", { class: "panel-head" }, h("h2", {}, gettext("Columns for analysts"))), h("ul", { class: "panel-body change-list" }, draft.columns.map((one) => h("li", {}, one.text)))) : "",
    draft.others.length ? h("p", { class: "muted small" }, fill(gettext("At work on it too: {names}"), { names: draft.others.join(", ") })) : "",
  );
  if (draft.is_overtaken) side.prepend(overtaken());
  publishButton.disabled = !draft.may_publish;
  publishButton.querySelector("span").textContent = draft.may_publish ? fill(gettext("Publish {version} …"), { version: draft.next_version }) : gettext("Publish …");
}

function changesPanel(title, changes) {
  return h("section", { class: "panel" }, h("div", { class: "panel-head" }, h("h2", {}, title)), h("ul", { class: "panel-body change-list" }, changes.map(changeLine)));
}

const changeLine = (change) => h("li", {}, change.text, change.is_major ? h("span", { class: "tag" }, gettext("other values")) : "");

function overtaken() {
  const begin = async () => {
    await postJson(data.urls.draft, { version: data.newest });
    location.reload();
  };
  return h("section", { class: "notice notice-warning", role: "alert" },
    h("p", {}, fill(gettext("Version {newest} was published after your draft began with {base}. Yours can no longer be published."), { newest: data.newest, base: draft.base })),
    h("ul", { class: "change-list" }, draft.overtaken_by.map(changeLine)),
    h("div", { class: "row-actions" },
      h("a", { class: "btn btn-sm", href: URL.createObjectURL(new Blob([JSON.stringify(model.definition, null, 2)], { type: "application/json" })), download: "draft.json" }, gettext("Keep mine as a file")),
      h("button", { type: "button", class: "btn btn-sm btn-primary", onclick: begin }, fill(gettext("Begin again from {version}"), { version: data.newest }))));
}

function add(list) {
  const [parent, place] = TypeModel.split(chosen);
  const path = model.add(list, {}, parent === list ? place : null);
  changed();
  choose(path, { focus: true });
}

function remove(path) {
  const next = model.remove(path);
  changed();
  choose(next);
  announce(gettext("Removed. Ctrl+Z brings it back."));
  document.querySelector(`[data-path="${next}"]`)?.focus();
}

function move(path, by) {
  const place = model.move(path, by);
  if (place === path) return;
  changed();
  choose(place);
  announce(gettext("Moved"));
}

function undo(isRedo) {
  if (!(isRedo ? model.redo() : model.undo())) return;
  changed();
  choose(chosen);
}

root.addEventListener("click", (event) => {
  const target = event.target.closest("[data-path], [data-add], [data-remove], [data-move]");
  if (!target) return;
  const { path, add: list, remove: gone, move: by } = target.dataset;
  if (list) add(list);
  else if (gone) remove(gone);
  else if (by) {
    move(chosen, Number(by));
    panel.querySelector(`[data-move="${by}"]`)?.focus();
  } else {
    choose(path, { focus: "focus" in target.dataset });
    if (!("focus" in target.dataset)) document.querySelector(`.outline-entry[data-path="${path}"]`)?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input[type=text], textarea, input[type=number]");
  const entry = event.target.closest(".outline-entry[data-path]");
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    saver.flush();
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isTyping) {
    event.preventDefault();
    undo(event.shiftKey);
  } else if (entry?.dataset.path && event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    choose(entry.dataset.path);
    move(chosen, event.key === "ArrowUp" ? -1 : 1);
    document.querySelector(`.outline-entry[data-path="${chosen}"]`)?.focus();
  } else if (entry && !event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    const entries = [...document.querySelectorAll(".outline-entry")];
    entries[entries.indexOf(entry) + (event.key === "ArrowUp" ? -1 : 1)]?.focus();
  } else if (entry?.dataset.path && event.key === "Delete") {
    event.preventDefault();
    remove(entry.dataset.path);
  }
});

publishButton.addEventListener("click", async () => {
  if (!(await saver.flush()) || !draft.may_publish) return;
  const major = draft.changes.some((one) => one.is_major);
  document.getElementById("publish-title").textContent = fill(gettext("Publish version {version}"), { version: draft.next_version });
  document.getElementById("publish-changes").replaceChildren(...(draft.changes.length ? draft.changes.map(changeLine) : [h("li", {}, gettext("The first version"))]));
  document.getElementById("publish-advice").hidden = !draft.rehearsal_advised;
  document.getElementById("publish-columns").replaceChildren(...draft.columns.map((one) => h("li", {}, one.text)));
  document.getElementById("publish-effect").textContent = major
    ? gettext("Other values are looked for: automatic approval has to be earned again. Documents that are under way keep their version.")
    : gettext("It holds for documents that come from now on. Documents that are under way keep their version.");
  dialog.returnValue = "";
  dialog.showModal();
});

dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "publish") return;
  try {
    await postJson(data.urls.publish, { revision: draft.revision, note: document.getElementById("publish-note").value });
    saver.isStopped = true;
    location.assign(data.urls.detail);
  } catch (error) {
    showNotice(error);
  }
});

document.getElementById("type-discard").addEventListener("click", async () => {
  if (!confirm(draft.base ? gettext("Throw your draft away? What is published stays.") : gettext("Throw your draft away? Nothing of it was published."))) return;
  saver.isStopped = true;
  if (draft.revision) await postJson(data.urls.draft, {}, { method: "DELETE" });
  location.assign(data.urls.list);
});

window.addEventListener("beforeunload", (event) => {
  if (!saver.isDirty || saver.isStopped) return;
  saver.flush();
  event.preventDefault();
});

/** From paper: a field is opened where it was made by hand, and only listed where several are taken one after the other. */
function addField(field, { isQuiet = false } = {}) {
  const taken = [...model.definition.fields, ...model.definition.tables].map((one) => one.name);
  const path = model.add("fields", { ...field, name: nameFor(field.name || field.label, taken) });
  changed();
  if (isQuiet) outline.draw(chosen);
  else choose(path);
}

function addTable(table) {
  const taken = [...model.definition.fields, ...model.definition.tables].map((one) => one.name);
  model.add("tables", { ...table, name: nameFor(table.name || table.label, taken, "table") });
  changed();
}

drawHead();
drawSide();
choose(chosen);
const paper = new Paper({
  root: document.getElementById("type-paper"),
  urls: data.urls,
  saver,
  draft: () => draft,
  add: addField,
  addTable,
  wanted: new URLSearchParams(location.search).get("document") ?? "",
});
