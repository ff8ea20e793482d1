/** The panel of an electronic invoice: values that deviate lead to their places on the page, the letter can be copied. */
import { announce, copyText } from "./dom.js";
import { gettext } from "./i18n.js";

/** The place that a button names, for the viewer; null for anything else. */
export function placeOf(button) {
  const polygon = (button?.dataset.polygon ?? "").split(",").map(Number);
  if (polygon.length < 6 || polygon.some(Number.isNaN)) return null;
  return { page: Number(button.dataset.page), polygon };
}

async function copyLetter(panel) {
  const letter = panel.querySelector("[data-letter]");
  letter.focus();
  letter.select();
  await copyText(letter.value);
  announce(gettext("Copied."));
}

/** Binds the panel, whose content comes later; nothing where the document has none. */
export function bindEInvoice(panel, viewer) {
  panel?.addEventListener("click", (event) => {
    if (event.target.closest("[data-copy-letter]")) return copyLetter(panel);
    const place = placeOf(event.target.closest("[data-polygon]"));
    if (!place) return null;
    viewer.focusOn(place);
    return viewer.root.scrollIntoView({ block: "nearest" });
  });
}
