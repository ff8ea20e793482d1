/* Blocking and tiny, so that the first paint already has the right colours. The choice lives in this browser. */
(function () {
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function choice() {
    try {
      return localStorage.getItem("idp-theme") || "auto";
    } catch {
      return "auto";
    }
  }
  function apply() {
    var wanted = choice();
    var isDark = wanted === "dark" || (wanted === "auto" && dark.matches);
    document.documentElement.setAttribute("data-bs-theme", isDark ? "dark" : "light");
    document.documentElement.setAttribute("data-theme-choice", wanted);
  }
  window.idpTheme = {
    choose: function (wanted) {
      try {
        localStorage.setItem("idp-theme", wanted);
      } catch {
        /* private window: the choice lasts as long as the page */
      }
      apply();
    },
  };
  dark.addEventListener("change", apply);
  apply();
})();
