/** The review desk: opens the document of the page, and after a decision the next one in its place. */
import { registerDeskActions } from "./actions.js";
import { Desk } from "./desk.js";
import { keymap } from "./keys.js";
import { NextDesk } from "./next.js";
import { deskClosed, deskOpened, onDesk, openDesk } from "./opened.js";
import { openTables } from "./tables/tables.js";
import { bindTakeOver } from "./take_over.js";

const next = new NextDesk();

function open(ready) {
  const desk = new Desk(go, ready);
  keymap.load(desk.data.preferences);
  deskOpened(desk);
  desk.begin();
  if (desk.data.can_review) next.prepare(desk.data.urls.peek, desk.viewer.shown);
}

/** To the document that an answer names: `{next, version, left}`. */
async function go({ next: url, version, left }) {
  const ready = await next.take(url, version);
  if (!ready) return location.assign(url);
  openDesk().close();
  deskClosed();
  document.getElementById("content").replaceWith(ready.main);
  document.title = ready.title;
  history.pushState(null, "", url);
  const counter = ready.main.querySelector(".desk-left strong");
  if (counter && left !== undefined) counter.textContent = left;
  globalThis.htmx?.process(ready.main);
  return open(ready);
}

window.addEventListener("popstate", () => location.reload());
registerDeskActions(openDesk);
keymap.listen();
onDesk(openTables);
onDesk(bindTakeOver);
open();
