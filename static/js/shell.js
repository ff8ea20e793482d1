/** What every page has: theme menu, mobile menu, session renewal, shortcuts for htmx. */
import { keepSession, renewSession } from "./session.js";

function markTheme() {
  const wanted = document.documentElement.dataset.themeChoice;
  for (const button of document.querySelectorAll("button[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === wanted));
  }
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("button[data-theme-choice]");
  if (theme) {
    window.idpTheme.choose(theme.dataset.themeChoice);
    markTheme();
  }
  const toggle = event.target.closest("[data-menu-toggle]");
  if (toggle) {
    const isOpen = toggle.getAttribute("aria-expanded") !== "true";
    toggle.setAttribute("aria-expanded", String(isOpen));
    document.getElementById(toggle.getAttribute("aria-controls")).classList.toggle("is-open", isOpen);
  }
});

/** A submit of a form marked so asks first; the question is its `data-confirm`. */
document.addEventListener("submit", (event) => {
  const question = event.target.dataset?.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});

document.addEventListener("htmx:responseError", async (event) => {
  if (event.detail.xhr.status === 401) await renewSession();
});

markTheme();
keepSession();
