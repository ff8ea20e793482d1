/** A document beside the earlier one that is the same: pictures of both, and the three decisions by button or key. */
import { readJson } from "./dom.js";
import { gettext } from "./i18n.js";
import { postJson } from "./session.js";
import { PageImages } from "./viewer/images.js";

const data = readJson("earlier-data");
const sides = document.getElementById("earlier");
const notice = document.getElementById("earlier-notice");
const buttons = [...document.querySelectorAll("[data-decision]")];
const images = new PageImages(sides.dataset.tokenUrl, data.pages);

for (const picture of sides.querySelectorAll("[data-page-id]")) {
  images
    .load(picture.dataset.pageId)
    .then((image) => (picture.src = image.src))
    .catch(() => picture.classList.add("is-missing"));
}

function answer(decision) {
  if (decision === "copy") return { decision: "reject", reason: gettext("It is a copy of an earlier document."), override: null };
  return { decision: "approve", reason: "", override: { code: decision, text: "" } };
}

async function decide(decision) {
  for (const button of buttons) button.disabled = true;
  try {
    await postJson(data.claim, {});
    const { next } = await postJson(data.decide, answer(decision));
    location.assign(next);
  } catch (failure) {
    notice.textContent = failure.message;
    notice.hidden = false;
    for (const button of buttons) button.disabled = false;
  }
}

for (const button of buttons) button.addEventListener("click", () => decide(button.dataset.decision));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const button = buttons[Number(event.key) - 1];
  if (button && !button.disabled) decide(button.dataset.decision);
});
