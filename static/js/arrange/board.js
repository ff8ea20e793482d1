/** The sub-documents of a stack: thumbnails in a row, cuts between them that are clicked, dragged or moved by keys; pages that are
 * enlarged, turned, removed and moved. On a page of its own, and in a dialog of the desk. */
import { announce, h, icon } from "../dom.js";
import { fill, gettext, ngettext } from "../i18n.js";
import { postJson } from "../session.js";
import { pill } from "../statuses.js";
import { PageImages } from "../viewer/images.js";
import { Layout } from "./layout.js";
import { enlarge } from "./leaf.js";
import { bindPages, leafTools } from "./pages.js";

const RELOAD_AFTER = 2500;

/** `data`: an `arrangement_view` with `types`, `can_review`, `url`; `onApplied(next)` is called when it was made so. */
export function mountBoard(data, { onApplied = (next) => location.assign(next), onBusy = () => location.reload(), signal } = {}) {
  const list = document.getElementById("sub-documents");
  const bar = document.getElementById("arrange-bar");
  const notice = document.getElementById("arrange-notice");
  const layout = new Layout(data);
  const images = new PageImages(list.dataset.tokenUrl, data.pages.map((page) => page.id), "thumb");
  const large = new PageImages(list.dataset.tokenUrl, data.pages.map((page) => page.id));
  const pictures = new Map();
  signal?.addEventListener("abort", () => [images, large].forEach((each) => each.release()));

  function say(message) {
    notice.hidden = !message;
    notice.textContent = message ?? "";
  }

  function picture(page) {
    if (!pictures.has(page.id)) {
      const image = h("img", { alt: "", width: 96, height: 128, draggable: "false" });
      pictures.set(page.id, image);
      images.load(page.id).then((loaded) => (image.src = loaded.src)).catch(() => image.classList.add("is-missing"));
    }
    return pictures.get(page.id);
  }

  function isDoubtful(page) {
    if (page.score === null) return false;
    return layout.subDocuments.some((own) => own.first_page === page.number) ? page.score < data.doubtful.cut : page.score >= data.doubtful.no_cut;
  }

  function gap(page) {
    const isCut = layout.cuts.has(page.number);
    const place = layout.placeOf(page.number);
    const texts = { before: place - 1, after: place };
    const label = isCut ? fill(gettext("Cut between page {before} and {after}: join"), texts) : fill(gettext("No cut between page {before} and {after}: cut"), texts);
    const score = page.score === null ? null : h("span", { class: "gap-score" }, `${Math.round(100 * page.score)} %`);
    const isOpen = data.can_review && layout.isOpen(page.number);
    const title = page.score === null ? label : `${label}. ${fill(gettext("{n} % spoke for a new document here."), { n: Math.round(100 * page.score) })}`;
    return h(
      "button",
      { type: "button", class: `gap${isCut ? " is-cut" : ""}${isDoubtful(page) ? " is-doubtful" : ""}`, "data-gap": page.number, "aria-pressed": String(isCut), "aria-label": title, title, disabled: !isOpen, draggable: isOpen && isCut ? "true" : null },
      icon(isCut ? "x" : "plus", "sm"),
      score,
    );
  }

  function card(page) {
    const place = layout.placeOf(page.number);
    const isAside = layout.isAside(page.number);
    const texts = { n: place, was: page.number };
    const name = place === page.number ? fill(gettext("Page {n}"), texts) : fill(gettext("Page {n}, was {was}"), texts);
    const label = isAside ? fill(gettext("Enlarge page {n}, which is removed"), texts) : fill(gettext("Enlarge page {n}"), texts);
    const canChange = data.can_review && layout.isMovable(page.number);
    return h(
      "figure",
      { class: `leaf is-turned-${layout.turnOf(page.number)}${isAside ? " is-aside" : ""}`, "data-page": page.number, draggable: canChange ? "true" : null },
      h("button", { type: "button", class: "leaf-button", "data-leaf": page.number, "aria-label": label, title: label }, picture(page)),
      h("figcaption", {}, name, isAside ? h("span", { class: "leaf-state" }, gettext("removed")) : null),
      canChange ? leafTools(page.number, place, isAside) : null,
    );
  }

  function typeSelect(subDocument) {
    const isOpen = data.can_review && subDocument.pages.every((page) => layout.isMovable(page));
    const options = [{ id: "", name: gettext("Unknown type") }, ...data.types];
    const select = h("select", { class: "form-select form-select-sm", "data-type": subDocument.head, "aria-label": fill(gettext("Type of {pages}"), { pages: pages(subDocument) }), disabled: !isOpen }, options.map(({ id, name }) => h("option", { value: id }, name)));
    select.value = subDocument.type ?? "";
    return select;
  }

  function pages(subDocument) {
    return subDocument.first === subDocument.last ? fill(gettext("page {n}"), { n: subDocument.first }) : fill(gettext("pages {a}–{b}"), { a: subDocument.first, b: subDocument.last });
  }

  function state(subDocument) {
    if (!subDocument.now) return h("span", { class: "pill tone-wait" }, icon("refresh"), gettext("Will be read again"));
    return pill(subDocument.now.status);
  }

  function section(subDocument) {
    const leaves = subDocument.pages.map((number) => data.pages.find((page) => page.number === number));
    const row = leaves.flatMap((page) => (page.number === subDocument.head ? [card(page)] : [gap(page), card(page)]));
    const begin = subDocument.first > 1 ? gap(leaves[0]) : null;
    const isBlank = subDocument.now?.is_blank;
    const isRemoved = subDocument.pages.every((page) => layout.isAside(page));
    return h(
      "section",
      { class: `panel bundle${subDocument.now ? "" : " is-changed"}` },
      h("header", { class: "bundle-head" }, begin, isRemoved ? h("strong", {}, gettext("Removed")) : isBlank ? h("strong", {}, gettext("Blank")) : typeSelect(subDocument), h("span", { class: "muted" }, pages(subDocument)), state(subDocument), subDocument.now?.why_fixed ? h("span", { class: "muted small" }, subDocument.now.why_fixed) : null),
      h("div", { class: "leaves" }, row),
    );
  }

  /** What people set in tables of sub-documents that will be read again. */
  function warning() {
    const ranges = layout.changed;
    const touched = data.sub_documents.filter((own) => ranges.some((subDocument) => subDocument.pages.some((page) => layout.subDocumentOf(page) === own)));
    const cells = touched.reduce((sum, subDocument) => sum + subDocument.persons_cells, 0);
    const text = ngettext("{n} table cell that a person set or confirmed is among them: it stays if its row stays in its sub-document.", "{n} table cells that people set or confirmed are among them: they stay if their rows stay in their sub-document.", cells);
    return cells ? ` ${fill(text, { n: cells })}` : "";
  }

  function show(focused) {
    const wanted = layout.wanted;
    const left = layout.changed.length;
    list.replaceChildren(...wanted.map(section));
    bar.hidden = !data.can_review;
    for (const button of bar.querySelectorAll("button")) button.disabled = !left || data.is_busy;
    document.getElementById("arrange-summary").textContent = left
      ? fill(ngettext("{n} sub-document will be read again; {m} stay as they are.", "{n} sub-documents will be read again; {m} stay as they are.", left), { n: left, m: wanted.length - left }) + warning()
      : fill(ngettext("{n} sub-document", "{n} sub-documents", wanted.length), { n: wanted.length });
    if (focused) list.querySelector(typeof focused === "string" ? focused : `[data-gap="${focused}"]`)?.focus();
  }

  function toggle(page) {
    if (!layout.toggle(page)) return;
    show(page);
    const n = layout.placeOf(page);
    announce(layout.cuts.has(page) ? fill(gettext("Cut before page {n}."), { n }) : fill(gettext("Page {n} joined to the page before it."), { n }));
  }

  function move(from, to) {
    if (!layout.move(from, to)) return;
    show(to);
    announce(fill(gettext("Cut moved before page {n}."), { n: layout.placeOf(to) }));
  }

  function neighbour(button, step) {
    const gaps = [...list.querySelectorAll("[data-gap]:not(:disabled)")].sort((a, b) => layout.placeOf(Number(a.dataset.gap)) - layout.placeOf(Number(b.dataset.gap)));
    gaps[gaps.indexOf(button) + step]?.focus();
  }

  async function apply() {
    for (const button of bar.querySelectorAll("button")) button.disabled = true;
    try {
      const { next } = await postJson(data.url, layout.request);
      onApplied(next);
    } catch (failure) {
      say(failure.message);
      show();
    }
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-gap]");
    const leaf = event.target.closest("[data-leaf]")?.dataset.leaf;
    if (button) toggle(Number(button.dataset.gap));
    if (leaf) {
      const arranged = layout.order.map((number, index) => ({ id: data.pages.find((page) => page.number === number).id, number: index + 1, turn: layout.turnOf(number) }));
      enlarge(arranged, layout.placeOf(Number(leaf)), large, (place) => list.querySelector(`[data-leaf="${layout.order[place - 1]}"]`)?.focus());
    }
  }, { signal });
  list.addEventListener("change", (event) => {
    const head = Number(event.target.dataset.type);
    layout.setType(head, event.target.value || null);
    show(`[data-type="${head}"]`);
  }, { signal });
  list.addEventListener("keydown", (event) => {
    const button = event.target.closest("[data-gap]");
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!button || !step) return;
    event.preventDefault();
    const page = Number(button.dataset.gap);
    if (event.altKey) move(page, layout.order[layout.placeOf(page) - 1 + step]);
    else neighbour(button, step);
  }, { signal });
  list.addEventListener("dragstart", (event) => {
    const button = event.target.closest?.("[data-gap]");
    if (!button) return;
    event.dataTransfer.setData("text/x-cut", button.dataset.gap);
    list.classList.add("is-dragging");
  }, { signal });
  list.addEventListener("dragend", () => list.classList.remove("is-dragging"), { signal });
  list.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("text/x-cut") && event.target.closest("[data-gap]:not(.is-cut):not(:disabled)")) event.preventDefault();
  }, { signal });
  list.addEventListener("drop", (event) => {
    const target = event.target.closest("[data-gap]");
    if (!target || !event.dataTransfer.types.includes("text/x-cut")) return;
    event.preventDefault();
    list.classList.remove("is-dragging");
    move(Number(event.dataTransfer.getData("text/x-cut")), Number(target.dataset.gap));
  }, { signal });
  bindPages(list, layout, show, signal, data.can_review);
  bar.addEventListener("click", (event) => {
    const act = event.target.closest("[data-board]")?.dataset.board;
    if (act === "apply") apply();
    if (act === "undo") {
      layout.reset();
      show();
    }
  }, { signal });
  window.addEventListener("beforeunload", (event) => {
    if (layout.changed.length && !data.is_busy && !bar.querySelector("[data-board=apply]").disabled) event.preventDefault();
  }, { signal });

  show();
  if (data.is_busy) {
    say(gettext("Some of it is being read at this moment; the page shows it when that is done."));
    setTimeout(() => signal?.aborted || onBusy(), RELOAD_AFTER);
  }
}
