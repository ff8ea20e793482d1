/** Requests with the session cookie: CSRF header, and one renewal of the short access token across all tabs. */

const body = document.body;
const refreshUrl = body.dataset.refreshUrl ?? "/session/refresh/";

/** When somebody last did something in any tab; a page that only keeps itself fresh is idle. */
const ACTIVE_AT = "idp-active-at";
let noted = 0;

function noteActivity() {
  const now = Date.now();
  if (now - noted < 5000) return;
  noted = now;
  localStorage.setItem(ACTIVE_AT, String(now));
}

function wasActiveSince(time) {
  return Number(localStorage.getItem(ACTIVE_AT) ?? 0) >= time;
}

for (const name of ["pointerdown", "keydown", "wheel", "touchmove"]) {
  document.addEventListener(name, noteActivity, { passive: true, capture: true });
}
noteActivity();

/** Seconds until the access token ends, as its readable companion cookie says; 0 if none exists. */
function secondsLeft() {
  const found = document.cookie.match(/(?:^|; )(?:__Host-)?idp_until=(\d+)/);
  return found ? Math.max(0, Number(found[1]) - Date.now() / 1000) : 0;
}

/** Renews the access token; true where the session lives. Only one tab at a time asks the server. */
export async function renewSession() {
  const ask = async () => {
    const isActive = wasActiveSince(Number(localStorage.getItem("idp-renewed-at") ?? 0));
    const answer = await fetch(refreshUrl, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": body.dataset.csrf, "X-Idp-Active": isActive ? "1" : "0" },
    });
    if (answer.ok) localStorage.setItem("idp-renewed-at", String(Date.now()));
    return answer.ok;
  };
  if (!navigator.locks) return ask();
  return navigator.locks.request("idp-session-renewal", async () => {
    const recent = Number(localStorage.getItem("idp-renewed-at") ?? 0);
    return Date.now() - recent < 5000 ? true : ask();
  });
}

function leaveForRenewal() {
  const next = location.pathname + location.search;
  location.assign(`${body.dataset.renewUrl}?next=${encodeURIComponent(next)}`);
}

/** `fetch` with CSRF; renews the session once on 401, and goes to the renewal page where that fails. */
export async function request(url, options = {}) {
  const send = () =>
    fetch(url, {
      credentials: "same-origin",
      ...options,
      headers: { Accept: "application/json", "X-CSRFToken": body.dataset.csrf, ...options.headers },
    });
  let answer = await send();
  if (answer.status === 401 && (await renewSession())) answer = await send();
  if (answer.status === 401) leaveForRenewal();
  return answer;
}

/** An error answer of the product: `code`, `message`, `status`; `data` is the whole answer. */
export class RequestFailed extends Error {
  constructor(status, data) {
    super(data?.message ?? data?.detail ?? `${status}`);
    this.status = status;
    this.code = data?.code ?? "error";
    this.data = data ?? {};
  }
}

async function parsed(answer) {
  const isJson = answer.headers.get("content-type")?.includes("json");
  const data = isJson ? await answer.json() : null;
  if (!answer.ok) throw new RequestFailed(answer.status, data);
  return data;
}

export const getJson = async (url) => parsed(await request(url));

export const postJson = async (url, data = {}, options = {}) =>
  parsed(
    await request(url, {
      method: "POST",
      body: JSON.stringify(data),
      ...options,
      headers: { "Content-Type": "application/json" },
    }),
  );

/** Renews the token in time while the page is open and looked at. */
export function keepSession(minutes = 4) {
  if (!("signedIn" in body.dataset)) return;
  const renewIfVisible = () => document.visibilityState === "visible" && renewSession();
  setInterval(renewIfVisible, minutes * 60_000);
  document.addEventListener("visibilitychange", () => secondsLeft() < 60 && renewIfVisible());
  document.addEventListener("submit", submitAfterRenewal);
}

/** A form that was looked at for longer than the token lives is sent after a renewal instead of being lost. */
async function submitAfterRenewal(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || secondsLeft() > 10) return;
  event.preventDefault();
  const lives = await renewSession().catch(() => true);
  if (!lives) return leaveForRenewal();
  if (event.submitter?.name) {
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "hidden", name: event.submitter.name, value: event.submitter.value });
    form.append(chosen);
  }
  form.submit();
}
