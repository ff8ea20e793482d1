/** What a link of an e-mail opens: its token stands behind the #, which no server sees; it is posted and leaves the address. */
const form = document.querySelector("[data-link-token]");
const token = decodeURIComponent(location.hash.slice(1));

if (token) history.replaceState(null, "", location.pathname);
if (form && token) {
  form.elements.token.value = token;
  form.requestSubmit();
}
