/** Requests with the session cookie: CSRF header, and one renewal of the short access token across all tabs. */

const body = document.body;

/** Renews the access token; true where the session lives. Only one tab at a time asks the server. */
export async function renewSession() {
  const ask = async () => {
    const answer = await fetch(body.dataset.refreshUrl, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-CSRFToken": body.dataset.csrf },
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

/** An error answer of the product: `code`, `message`, `status`. */
export class RequestFailed extends Error {
  constructor(status, data) {
    super(data?.message ?? data?.detail ?? `${status}`);
    this.status = status;
    this.code = data?.code ?? "error";
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
}
