/** What every page has: theme menu, mobile menu, session renewal, shortcuts for htmx. */
import { copyText } from "./dom.js";
import { bindMenus } from "./menus.js";
import { keepSession, renewSession } from "./session.js";

function markTheme() {
  const wanted = document.documentElement.dataset.themeChoice;
  for (const button of document.querySelectorAll("button[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === wanted));
  }
}

/** Says so on the button itself and to screen readers. */
function announceCopied(button) {
  const done = window.gettext ? window.gettext("Copied") : "Copied";
  button.textContent = done;
  document.getElementById("live-region").textContent = done;
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-select-on-focus]")) event.target.select();
});

document.addEventListener("click", (event) => {
  const theme = event.target.closest("button[data-theme-choice]");
  if (theme) {
    window.idpTheme.choose(theme.dataset.themeChoice);
    markTheme();
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) copyText(copy.dataset.copy).then(() => announceCopied(copy));
  const toggle = event.target.closest("[data-menu-toggle]");
  if (toggle) openMenu(toggle, toggle.getAttribute("aria-expanded") !== "true");
});

function openMenu(toggle, isOpen) {
  toggle.setAttribute("aria-expanded", String(isOpen));
  document.getElementById(toggle.getAttribute("aria-controls")).classList.toggle("is-open", isOpen);
}

document.addEventListener("keydown", (event) => {
  const toggle = document.querySelector('[data-menu-toggle][aria-expanded="true"]');
  if (event.key !== "Escape" || !toggle) return;
  openMenu(toggle, false);
  toggle.focus();
});

/** A submit asks first where the form (`data-confirm`) or the button (`data-confirm-click`) has a question. */
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirmClick ?? event.target.dataset?.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});

document.addEventListener("htmx:responseError", async (event) => {
  if (event.detail.xhr.status === 401) await renewSession();
});

/** Where the tabs are wider than the window, the one of this page is in it. */
function showTab() {
  const tab = document.querySelector(".tabs [aria-current]");
  const strip = tab?.closest(".tabs");
  if (strip) strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
}

markTheme();
showTab();
bindMenus();
keepSession();
