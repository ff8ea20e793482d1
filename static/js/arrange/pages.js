/** What is done to single pages of a stack: turned, removed and brought back, moved; by mouse, and by keys on the page. */
import { announce, h, icon } from "../dom.js";
import { fill, gettext } from "../i18n.js";

const KIND = "text/x-page";

/** The buttons under a thumbnail. */
export function leafTools(page, place, isAside) {
  const tool = (act, name, label) => h("button", { type: "button", class: "btn btn-sm btn-icon btn-quiet", "data-page-act": act, "data-of": page, "aria-label": label, title: label }, icon(name, "sm"));
  return h(
    "div",
    { class: "leaf-tools" },
    tool("right", "refresh", fill(gettext("Turn page {n}"), { n: place })),
    isAside ? tool("aside", "arrow-back-up", fill(gettext("Bring page {n} back"), { n: place })) : tool("aside", "trash", fill(gettext("Remove page {n}"), { n: place })),
  );
}

/** `show(selector)` draws the board again and focuses that. */
export function bindPages(list, layout, show, signal, canReview) {
  if (!canReview) return;

  function act(name, page, selector) {
    const place = layout.placeOf(page);
    if (name === "aside") {
      if (!layout.setAside(page)) return;
      announce(layout.isAside(page) ? fill(gettext("Page {n} is removed: nothing of it will be read."), { n: place }) : fill(gettext("Page {n} is back."), { n: place }));
    } else {
      if (!layout.turn(page, name === "left" ? -1 : 1)) return;
      announce(fill(gettext("Page {n} is turned."), { n: place }));
    }
    show(selector);
  }

  function moved(page) {
    show(`[data-leaf="${page}"]`);
    announce(fill(gettext("Page {was} is page {n} now."), { was: page, n: layout.placeOf(page) }));
  }

  function neighbour(page, by) {
    const other = layout.order[layout.placeOf(page) - 1 + by];
    list.querySelector(`[data-leaf="${other}"]`)?.focus();
  }

  list.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-page-act]");
    if (!tool) return;
    const { pageAct, of } = tool.dataset;
    act(pageAct, Number(of), `[data-of="${of}"][data-page-act="${pageAct}"]`);
  }, { signal });

  list.addEventListener("keydown", (event) => {
    const leaf = event.target.closest("[data-leaf]");
    if (!leaf || event.ctrlKey || event.metaKey) return;
    const page = Number(leaf.dataset.leaf);
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const name = { r: "right", R: "left", Delete: "aside", Backspace: "aside" }[event.key];
    if (!by && (!name || event.altKey)) return;
    event.preventDefault();
    event.stopPropagation();
    if (name) act(name, page, `[data-leaf="${page}"]`);
    else if (!event.altKey) neighbour(page, by);
    else if (layout.stepPage(page, by)) moved(page);
  }, { signal });

  const isPage = (event) => event.dataTransfer.types.includes(KIND);
  list.addEventListener("dragstart", (event) => {
    const leaf = event.target.closest?.("[data-page]");
    if (!leaf || event.target.closest("[data-gap]")) return;
    event.dataTransfer.setData(KIND, leaf.dataset.page);
    list.classList.add("is-dragging-page");
  }, { signal });
  list.addEventListener("dragend", () => list.classList.remove("is-dragging-page"), { signal });
  list.addEventListener("dragover", (event) => {
    if (isPage(event) && event.target.closest("[data-page][draggable]")) event.preventDefault();
  }, { signal });
  list.addEventListener("drop", (event) => {
    const leaf = event.target.closest("[data-page]");
    if (!leaf || !isPage(event)) return;
    event.preventDefault();
    list.classList.remove("is-dragging-page");
    const { left, width } = leaf.getBoundingClientRect();
    const page = Number(event.dataTransfer.getData(KIND));
    if (layout.movePage(page, Number(leaf.dataset.page), event.clientX > left + width / 2)) moved(page);
  }, { signal });
}
