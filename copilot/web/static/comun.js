// What every page of Gradio shares: light or dark, remembered; Gradio's own words in Spanish.
"use strict";

(() => {
  const KEY = "copiloto-tema";

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#tema")) return;
    const dark = !document.body.classList.contains("dark");
    document.body.classList.toggle("dark", dark);
    try {
      localStorage.setItem(KEY, dark ? "oscuro" : "claro");
    } catch {
      // a browser that keeps nothing: the choice lasts until the page is closed
    }
  });

  addEventListener("DOMContentLoaded", () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem(KEY);
    } catch {
      // as above
    }
    if (chosen) {
      // Gradio sets its own once, when it mounts: ours goes last.
      const set = () => document.body.classList.toggle("dark", chosen === "oscuro");
      set();
      setTimeout(set, 500);
      setTimeout(set, 1500);
    }
  });

  // A page may say more: copiloto.words.set(…).
  const words = new Map([
    ["Connection to the server was lost. Attempting reconnection...", "Se perdió la conexión con el programa; se intenta reconectar…"],
    ["Connection errored out.", "Se perdió la conexión con el programa."],
    ["Connection re-established.", "Conexión restablecida."],
    ["Lost Connection", "Conexión perdida"],
    ["Connection Lost", "Conexión perdida"],
    ["Reconnected", "Reconectado"],
    ["This application is currently busy. Please try again.", "El programa está ocupado. Intente de nuevo."],
    ["Could not parse server response: SyntaxError", "El programa no respondió bien. Intente de nuevo."],
    ["Warning", "Aviso"],
    ["Close", "Cerrar"],
  ]);
  window.copiloto = { words };

  new MutationObserver(() => {
    for (const toast of document.querySelectorAll(".toast-wrap, .toast-body")) {
      const walker = document.createTreeWalker(toast, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const said = words.get(walker.currentNode.data.trim());
        if (said) walker.currentNode.data = said;
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
