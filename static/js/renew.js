/** The renewal page: renews at once and goes back; where that fails, its button remains. */
import { renewSession } from "./session.js";

const form = document.querySelector("form[data-renew]");

if (form.dataset.renew === "now") {
  const lives = await renewSession().catch(() => null);
  const next = form.elements.namedItem("next").value;
  if (lives) location.replace(next);
  if (lives === false) location.replace(`${form.dataset.loginUrl}?next=${encodeURIComponent(next)}`);
}
