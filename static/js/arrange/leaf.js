/** One page of a stack, enlarged: arrow keys turn to its neighbours, Esc goes back to its thumbnail. */
import { h, icon } from "../dom.js";
import { fill, gettext } from "../i18n.js";

/** `images` gives the pictures; `onClose(number)` is told which page was shown last. */
export function enlarge(pages, number, images, onClose) {
  const image = h("img", { class: "leaf-large", alt: "" });
  const title = h("h2", { id: "leaf-title", "aria-live": "polite" });
  const turn = (label, name, by) => h("button", { type: "button", class: "btn btn-sm btn-icon btn-quiet", "aria-label": label, onclick: () => show(at + by) }, icon(name));
  const close = h("button", { type: "button", class: "btn btn-sm btn-icon btn-quiet", "aria-label": gettext("Close"), onclick: () => dialog.close() }, icon("x"));
  const dialog = h(
    "dialog",
    { class: "sheet leaf-dialog", "aria-labelledby": "leaf-title" },
    h("div", { class: "sheet-head" }, turn(gettext("Previous page"), "chevron-left", -1), title, turn(gettext("Next page"), "chevron-right", 1), close),
    h("div", { class: "leaf-stage", tabindex: "0", role: "group", "aria-labelledby": "leaf-title" }, image),
  );
  let at = pages.findIndex((page) => page.number === number);

  async function show(index) {
    if (!pages[index]) return;
    at = index;
    const page = pages[index];
    title.textContent = fill(gettext("Page {n}"), { n: page.number });
    const loaded = await images.load(page.id).catch(() => null);
    if (pages[at] !== page || !loaded) return;
    image.src = loaded.src;
    image.className = `leaf-large is-turned-${page.turn ?? 0}`;
  }

  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 }[event.key];
    if (by) show(at + by);
    event.stopPropagation();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose(pages[at].number);
  });
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
  return show(at);
}
