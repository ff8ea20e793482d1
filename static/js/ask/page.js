/** The chat: a question goes out, statements come back line by line, chips open their pages. */
import { announce, h, readJson } from "../dom.js";
import { gettext } from "../i18n.js";
import { getJson, postJson, request } from "../session.js";
import { closeSource, openSource } from "./source.js";
import { Thread } from "./thread.js";

const data = readJson("ask-data");
const composer = document.getElementById("composer");
const question = document.getElementById("question");
const send = document.getElementById("send");
const stop = document.getElementById("stop");
const list = document.getElementById("conversations");
let conversationId = data.conversation_id;
const views = new Map(); // by question
const LOOK_AGAIN_AFTER = 5000;
let running = null;

const thread = new Thread(document.getElementById("thread"), async (citation, chip) => {
  try {
    await openSource(citation);
  } catch (failure) {
    chip.disabled = true;
    announce(failure.message);
    chip.closest(".ask-statement").append(h("span", { class: "muted small" }, " ", gettext("This source cannot be shown any more.")));
  }
});

function scope() {
  const chosen = [...composer.querySelectorAll(".ask-scope [name]")].map((field) => [field.name, field.value]);
  return Object.fromEntries(chosen.filter(([, value]) => value));
}

/** Lines of a streamed answer as objects. */
async function* linesOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) yield JSON.parse(line);
    if (done) return;
  }
}

function keepConversation(event) {
  if (conversationId === event.conversation_id) return;
  conversationId = event.conversation_id;
  const url = `${data.urls.conversations}${conversationId}/`;
  history.replaceState(null, "", url);
  document.getElementById("no-conversations")?.remove();
  document.getElementById("conversation-list").prepend(h("li", {}, h("a", { href: url, "aria-current": "page" }, event.text)));
}

function handle(event, view) {
  if (event.type === "question") {
    keepConversation(event);
    views.set(event.id, view);
  }
  if (event.type === "statement") view.addStatement(event);
  if (event.type === "error") view.fail(event.message);
  if (event.type === "answer") {
    view.finish(event);
    announce(event.is_refusal ? gettext("Not in these documents.") : event.statements.map((statement) => statement.text).join(" "));
  }
}

async function ask(text) {
  const view = thread.add(text);
  running = new AbortController();
  setBusy(true);
  try {
    const answer = await request(data.urls.questions, {
      method: "POST",
      body: JSON.stringify({ text, conversation_id: conversationId, scope: scope() }),
      headers: { "Content-Type": "application/json", Accept: "application/x-ndjson, application/json" },
      signal: running.signal,
    });
    if (!answer.ok) return view.fail((await answer.json()).message);
    let last = null;
    for await (const event of linesOf(answer)) handle((last = event), view);
    if (last?.type !== "answer" && last?.type !== "error") view.fail(gettext("The answer broke off. Please ask again."));
  } catch (failure) {
    if (failure.name === "AbortError") view.stop();
    else view.fail(gettext("The server cannot be reached. Please ask again."));
  } finally {
    running = null;
    setBusy(false);
  }
}

function setBusy(isBusy) {
  send.hidden = isBusy;
  stop.hidden = !isBusy;
  document.getElementById("thread").setAttribute("aria-busy", String(isBusy));
  if (!isBusy) question.focus();
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (!text || running) return;
  question.value = "";
  ask(text);
});

question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

stop.addEventListener("click", () => running?.abort());

document.getElementById("delete-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!window.confirm(gettext("Delete this conversation with its answers?"))) return;
  const { url } = await postJson(event.target.action);
  location.assign(url);
});

const wide = matchMedia("(min-width: 981px)");
const openWhereWide = () => (list.open = wide.matches);
wide.addEventListener("change", openWhereWide);
openWhereWide();

for (const { id, text, answer } of data.questions) {
  const view = thread.add(text);
  views.set(id, view);
  if (answer) view.finish(answer);
  else view.stop();
}

/** What is withdrawn while somebody reads leaves the answers that are open. */
async function lookAgain() {
  if (!conversationId || running || document.visibilityState !== "visible") return;
  const { questions } = await getJson(data.urls.state.replace(data.no_conversation, conversationId));
  if (running) return;
  const gone = questions.flatMap(({ id, answer }) => (answer && views.get(id)?.refresh(answer)) || []);
  if (!gone.length) return;
  closeSource();
  announce(gettext("A source was withdrawn: what rests on it is not shown any more."));
}

setInterval(() => lookAgain().catch(() => {}), LOOK_AGAIN_AFTER);
document.addEventListener("visibilitychange", () => lookAgain().catch(() => {}));
question.focus();
