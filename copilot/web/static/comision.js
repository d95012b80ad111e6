// The commission's page: rows that open, pseudonyms that filter, arrow keys.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  function write(place, text) {
    const field = $(`${place} textarea, ${place} input`);
    if (!field) return false;
    const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  function open(identifier) {
    if (!write("#abrir-id", identifier)) return;
    for (const row of $$("#lista tr[aria-current]")) row.removeAttribute("aria-current");
    $(`#lista tr[data-abrir="${CSS.escape(identifier)}"]`)?.setAttribute("aria-current", "true");
    setTimeout(() => $("#abrir")?.click(), 60); // after Gradio took the new value
    const place = $("#lectura");
    if (place) place.scrollTop = 0;
    if (place && innerWidth <= 1000) place.scrollIntoView({ block: "start", behavior: "instant" });
  }

  document.addEventListener("click", (event) => {
    const actor = event.target.closest?.("[data-actor]");
    if (actor) {
      event.stopPropagation();
      if (write("#f-seudonimo", actor.dataset.actor)) setTimeout(() => $("#buscar")?.click(), 60);
      return;
    }
    const row = event.target.closest?.("[data-abrir]");
    if (row && !getSelection()?.toString()) open(row.dataset.abrir);
  });

  // Arrow keys walk through the list.
  document.addEventListener("keydown", (event) => {
    const button = event.target.closest?.("#lista button.liga");
    if (!button || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const all = $$("#lista td:first-child button.liga");
    const next = all[all.indexOf(button) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
})();
