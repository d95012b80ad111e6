// The physician's page: sources lit both ways, keyboard, files read and made in the browser.
// The server's HTML arrives inside Gradio's elements; everything here listens on the document.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const box = () => $("#texto textarea");
  const MAX_FILE = 8_000_000;
  let pinned = "";
  let structuredFrom = null;
  let sent = "";

  // --- sources ---------------------------------------------------------------------------------------------
  const keysOf = (element) => (element?.dataset.k ?? "").split(" ").filter(Boolean);

  // A mark of the text answers for its statement; a row or a statement of the note for itself.
  function targets(element) {
    const keys = keysOf(element);
    const statement = keys.find((key) => key.startsWith("s"));
    return element.classList.contains("marca") && statement ? [statement] : keys;
  }

  function light(keys, scroll, from) {
    for (const old of $$("[data-k].encendida")) old.classList.remove("encendida");
    if (!keys.length) return;
    let firstMark = null;
    let firstRow = null;
    for (const one of $$("#derecha [data-k], #fuente [data-k]")) {
      const own = keysOf(one);
      if (!keys.some((key) => own.includes(key))) continue;
      one.classList.add("encendida");
      if (one.classList.contains("marca")) firstMark ??= one;
      else firstRow ??= one;
    }
    const there = from?.classList.contains("marca") ? firstRow : firstMark;
    if (scroll && there) there.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  function pin(element) {
    const keys = targets(element);
    const name = keys.join(" ");
    pinned = pinned === name ? "" : name;
    for (const one of $$("[aria-pressed]")) one.setAttribute("aria-pressed", "false");
    if (pinned && element.hasAttribute("aria-pressed")) element.setAttribute("aria-pressed", "true");
    if (pinned && !element.closest("#fuente")) show("fuente"); // the chat too makes room for the source
    light(pinned ? keys : [], true, element);
  }

  function unpin() {
    pinned = "";
    for (const one of $$('[aria-pressed="true"]')) one.setAttribute("aria-pressed", "false");
    light([], false);
  }

  const linked = (event) => event.target.closest?.("#derecha [data-k], #fuente [data-k]");
  const back = () => light(pinned ? pinned.split(" ") : [], false);
  document.addEventListener("mouseover", (event) => {
    const one = linked(event);
    if (one) light(targets(one), true, one);
  });
  document.addEventListener("mouseout", (event) => linked(event) && back());
  document.addEventListener("focusin", (event) => {
    const one = linked(event);
    if (one && one === event.target) light(targets(one), true, one);
  });
  document.addEventListener("focusout", (event) => linked(event) && back());

  // --- text and source, one at a time on the left -----------------------------------------------------------
  function show(view) {
    const tab = $("#tab-fuente");
    if (!tab || (view === "fuente" && tab.disabled)) return;
    document.body.classList.toggle("ve-fuente", view === "fuente");
    document.body.classList.toggle("ve-charla", view === "charla");
    for (const one of $$("[data-vista]")) {
      one.setAttribute("aria-selected", String(one.dataset.vista === view));
    }
    if (view === "escribir") box()?.focus();
    if (view === "charla") $("#pregunta")?.focus();
  }

  function stale() {
    const changed = structuredFrom !== null && box() && box().value !== structuredFrom;
    document.body.classList.toggle("texto-cambiado", changed);
  }

  function put(text) {
    const area = box();
    if (!area) return;
    if (area.value.trim() && area.value !== text && !confirm("¿Reemplazar el texto que ya está escrito?")) return;
    show("escribir");
    area.focus();
    area.select();
    // Keeps the browser's own undo (Ctrl+Z), unlike an assignment.
    if (!document.execCommand("insertText", false, text) || area.value !== text) {
      area.value = text;
    }
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.scrollTop = 0;
  }

  // --- files ------------------------------------------------------------------------------------------------
  function decode(bytes) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
    if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
    if (bytes.subarray(0, 4096).includes(0)) return null;
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  }

  async function open(file) {
    if (!file) return;
    if (file.size > MAX_FILE) return tell("El archivo es demasiado grande (máximo 8 MB).", true);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const start = String.fromCharCode(...bytes.subarray(0, 5));
    if (start.startsWith("%PDF") || start.startsWith("PK\x03\x04")) return remote(bytes);
    const text = decode(bytes);
    if (text === null) return tell("Esto no es un archivo de texto. Se abren .txt, .docx y .pdf.", true);
    put(text);
  }

  // A PDF or a Word file is read by the program on this machine, in memory.
  async function remote(bytes) {
    tell("Leyendo el archivo…");
    try {
      const answer = await fetch("/notas/archivo", { method: "POST", body: bytes, headers: { "Content-Type": "application/octet-stream" } });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.error ?? "No se pudo leer el archivo.");
      tell("Archivo leído. Revise el texto antes de estructurarlo.");
      put(told.texto);
    } catch (error) {
      tell(error instanceof SyntaxError || error instanceof TypeError ? "No se pudo leer el archivo." : error.message, true);
    }
  }

  function pick() {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".txt,.docx,.pdf,text/plain,application/pdf";
    input.onchange = () => open(input.files[0]);
    input.click();
  }
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    if (event.dataTransfer?.types.includes("Files")) document.body.classList.add("suelta");
  });
  for (const kind of ["drop", "dragleave", "dragend"]) {
    document.addEventListener(kind, () => document.body.classList.remove("suelta"), true);
  }
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    open(event.dataTransfer.files[0]);
  }, true);

  // --- short messages ---------------------------------------------------------------------------------------
  function tell(message, wrong = false) {
    let place = $("#aviso-breve");
    if (!place) {
      place = document.createElement("div");
      place.id = "aviso-breve";
      place.setAttribute("role", "status");
      document.body.append(place);
    }
    place.textContent = message;
    place.className = wrong ? "visible error" : "visible";
    clearTimeout(tell.timer);
    tell.timer = setTimeout(() => (place.className = ""), wrong ? 8000 : 3000);
  }

  // --- clicks and keys --------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.id === "estructurar") sent = box()?.value ?? "";
    if (button?.dataset.vista) return show(button.dataset.vista);
    if (button?.dataset.abrir) return pick();
    if (button?.dataset.ejemplo) return put($(`[data-texto="${button.dataset.ejemplo}"]`).textContent);
    if (button?.dataset.ir) return $(`#${button.dataset.ir}`)?.scrollIntoView({ block: "start", behavior: "instant" });
    const one = linked(event);
    if (one && !event.target.isContentEditable && !event.target.closest("input, label, a, button, select")) pin(one);
  });

  document.addEventListener("keydown", (event) => {
    if (event.target.isContentEditable || event.target.closest?.("dialog")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      const button = $("#estructurar");
      if (button && !button.disabled) button.click();
      return;
    }
    if (event.key === "Escape" && pinned) return unpin();
    const here = linked(event);
    if (!here || here !== event.target) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      pin(here);
    } else if (!event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const pane = here.closest("#fuente, #derecha");
      const all = $$("[data-k][tabindex]", pane);
      all[all.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    }
  }, true);

  document.addEventListener("input", (event) => event.target === box() && stale());

  // --- Gradio's words, as said on this page ------------------------------------------------------------------
  copiloto.words.set(
    "Connection to the server was lost. Attempting reconnection...",
    "Se perdió la conexión con el programa. Su texto sigue aquí; se intenta reconectar…",
  );
  copiloto.words.set("Connection errored out.", "Se perdió la conexión con el programa. Su texto sigue aquí.");

  // --- the note arrived -------------------------------------------------------------------------------------
  copiloto.medico = { box, show, put, tell, unpin, light };
  let lastSource = null;
  function arrived() {
    const source = $("#fuente-texto");
    if (source === lastSource) return;
    lastSource = source;
    const tab = $("#tab-fuente");
    if (!source || !tab) return;
    tab.disabled = false;
    pinned = "";
    structuredFrom = sent || source.textContent;
    stale();
    show("fuente");
    source.scrollTop = 0;
    const right = $("#derecha");
    if (right) right.scrollTop = 0;
  }

  function label() {
    const area = box();
    if (area && !area.getAttribute("aria-label")) {
      area.setAttribute("aria-label", "Texto del médico");
      area.setAttribute("spellcheck", "false");
      area.setAttribute("autocomplete", "off");
    }
  }

  new MutationObserver(() => {
    label();
    arrived();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
