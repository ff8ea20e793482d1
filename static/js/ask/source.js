/** A citation's page in a dialog: the page viewer with the quoted place marked. */
import { fill, gettext } from "../i18n.js";
import { getJson } from "../session.js";
import { PageViewer } from "../viewer/viewer.js";

const dialog = document.getElementById("source-dialog");
const place = document.getElementById("source-viewer");
const template = document.getElementById("viewer-template");

document.getElementById("source-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
dialog.addEventListener("close", () => place.replaceChildren());

/** Where what is shown there may no longer be seen. */
export const closeSource = () => dialog.close();

function say(citation) {
  document.getElementById("source-title").textContent = fill(gettext("{file}, page {page}"), { file: citation.file_name, page: citation.page });
  document.getElementById("source-quote").textContent = citation.quote;
  document.getElementById("source-document").href = citation.document_url;
}

/** Opens the page at the quoted place. Rejects where the source may not be seen any more. */
export async function openSource(citation) {
  const { citation: fresh, pages } = await getJson(citation.url);
  say(fresh);
  place.replaceChildren(template.content.cloneNode(true));
  dialog.showModal();
  const viewer = new PageViewer(place.firstElementChild, pages);
  await viewer.show(fresh.page);
  viewer.setBoxes(fresh.polygons.map((polygon, index) => ({ id: `line-${index}`, page: fresh.page, polygon, tone: "warn", label: fresh.quote })));
  await viewer.focusOn({ page: fresh.page, polygon: fresh.polygon });
}
