/** What a link of an e-mail opens: its token stands behind the #, which no server sees; it is posted and leaves the address.
 * Where signing in comes first, the tab keeps the token until the page is back. */
const form = document.querySelector("[data-link-token]");
const signIn = document.querySelector("[data-keep-link-token]");
const kept = `link-token:${location.pathname}`;
const token = decodeURIComponent(location.hash.slice(1)) || (form && sessionStorage.getItem(kept)) || "";

if (location.hash) history.replaceState(null, "", location.pathname);
sessionStorage.removeItem(kept);
signIn?.addEventListener("click", () => sessionStorage.setItem(kept, signIn.dataset.keepLinkToken));
if (form && token) {
  form.elements.token.value = token;
  form.requestSubmit();
}
