/** The demo's tiles fill the form and send it. */
const form = document.querySelector("[data-login-form]");

for (const tile of document.querySelectorAll("[data-demo-username]")) {
  tile.addEventListener("click", () => {
    form.elements.username.value = tile.dataset.demoUsername;
    form.elements.password.value = tile.dataset.demoPassword;
    form.requestSubmit();
  });
}

if (!form.elements.username.value) form.elements.username.focus({ preventScroll: true });
