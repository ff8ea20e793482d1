/** The document page: a click on a value shows its place, a click on a box its value. */
import { readJson } from "./dom.js";
import { bindEInvoice } from "./e_invoice.js";
import { fill, gettext } from "./i18n.js";
import { bindLayout } from "./layout_panel.js";
import { PageViewer } from "./viewer/viewer.js";
import { bindThumbnails } from "./viewer/thumbnails.js";

const boxes = readJson("boxes-data");
const viewer = new PageViewer(document.getElementById("viewer"), readJson("pages-data"));
const placeOf = new Map(boxes.map((box) => [box.id, box]));

function markActive(id) {
  for (const button of document.querySelectorAll("[data-field]")) button.classList.toggle("is-active", button.dataset.field === id);
}

/** The table of an approved cell leads to its certificate. */
function offerCertificate(button) {
  const link = button.closest(".panel")?.querySelector("[data-certificate-link]");
  if (!link || !button.dataset.certificate) return;
  link.href = button.dataset.certificate;
  link.querySelector("span").textContent = fill(gettext("Certificate of “{text}”"), { text: button.textContent.trim() });
  link.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-field]");
  if (!button) return;
  markActive(button.dataset.field);
  viewer.focusOn(placeOf.get(button.dataset.field));
  offerCertificate(button);
  if (button.classList.contains("cell")) viewer.root.scrollIntoView({ block: "nearest" });
});

viewer.addEventListener("box", ({ detail: id }) => {
  if (!placeOf.has(id)) return; // a cell of the layout's panel
  markActive(id);
  const button = document.querySelector(`[data-field="${id}"]`);
  button?.focus({ preventScroll: true });
  button?.scrollIntoView({ block: "nearest" });
  viewer.focusOn(placeOf.get(id), { zoom: false });
});

bindThumbnails(document.getElementById("thumbnails"), viewer);
viewer.setBoxes(boxes);
bindEInvoice(document.getElementById("e-invoice"), viewer);
const layout = document.getElementById("layout");
if (layout) bindLayout(layout, viewer, boxes);
const asked = Number(new URLSearchParams(location.search).get("page"));
await viewer.show(viewer.pageNumbered(asked) ? asked : viewer.pages[0].number);
const field = new URLSearchParams(location.search).get("field");
if (field) document.querySelector(`[data-field="${CSS.escape(field)}"]`)?.click();
