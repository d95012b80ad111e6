// The draft: what the physician changes, undo and redo, saved as it grows, read anew by the server.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const { box, tell } = copiloto.medico;
  const SAVE_MS = 1200;
  const REVIEW_MS = 350;
  let draft = null;
  let past = [];
  let future = [];
  let dirty = false;
  let review = false;
  let stopped = false;
  let timer = 0;
  let chain = Promise.resolve();
  const after = []; // what shows the draft

  // --- the server ---------------------------------------------------------------------------------------------
  async function call(path, body, method = "POST") {
    let answer;
    try {
      answer = await fetch(`/notas/${path}`, {
        method,
        headers: body === undefined ? {} : { "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: "no-store",
      });
    } catch {
      throw new Error("No se pudo conectar con el programa.");
    }
    if (answer.ok) return answer;
    let words = "No se pudo completar. Intente de nuevo.";
    try {
      words = (await answer.json()).error ?? words;
    } catch {
      // the words above
    }
    throw Object.assign(new Error(words), { status: answer.status });
  }

  const working = () => ({
    text: box()?.value ?? "",
    note_type: draft?.note_type ?? null,
    statements: draft?.statements ?? [],
    codes: draft?.codes ?? [],
    done: draft?.done ?? [],
  });

  function say(words, wrong = false) {
    const place = $("#guardado");
    if (!place) return;
    place.textContent = words;
    place.classList.toggle("mal", wrong);
  }

  // From the first change on, a reload opens what is being worked on, not what the address asked for.
  function settle() {
    if (location.search) history.replaceState(null, "", "/medico/");
  }

  function touch(again = false) {
    settle();
    dirty = true;
    review ||= again;
    clearTimeout(timer);
    timer = setTimeout(save, review ? REVIEW_MS : SAVE_MS);
  }

  // One request at a time: each carries the revision that the one before it gave.
  function save() {
    clearTimeout(timer);
    chain = chain.then(async () => {
      if (!dirty || stopped) return;
      const again = review && Boolean(draft?.statements);
      const body = working();
      if (body.text.length > Number($("#guardado")?.dataset.limite || Infinity)) {
        say("Texto demasiado largo: no se guarda", true);
        dirty = false;
        return;
      }
      if (!draft && !body.text.trim()) {
        dirty = false;
        return;
      }
      dirty = review = false;
      const target = draft;
      try {
        let told;
        if (!target) {
          told = await (await call("borrador", { text: body.text })).json();
          draft ??= { id: told.id };
          if (draft.id !== told.id) {
            // The note arrived meanwhile, as a draft of its own: it takes the place of the text alone.
            told = await (await call(`borrador/${draft.id}/continuar`, { before: told.id })).json();
          }
        } else {
          const path = `borrador/${target.id}`;
          const sent = { rev: target.rev, working: body };
          told = await (await (again ? call(`${path}/revisar`, sent) : call(path, sent, "PUT"))).json();
        }
        (target ?? draft).rev = told.rev;
        say(told.hora ? `Borrador guardado ${told.hora}` : "Borrador guardado");
        if (told.trozos && target === draft) put(told.trozos);
      } catch (error) {
        dirty = true;
        review ||= again;
        say("Sin guardar", true);
        if (error.status === 409 || error.status === 404) {
          stopped = true;
          tell(error.message, true);
        } else if (error.status && error.status !== 401) {
          tell(error.message, true);
        } else {
          timer = setTimeout(save, 5000);
        }
      }
    });
    return chain;
  }

  async function flush() {
    await save();
    await chain;
    if (dirty) throw new Error("El borrador no se pudo guardar; intente de nuevo.");
  }

  // --- parts of the right side read anew ------------------------------------------------------------------------
  function put(pieces) {
    const here = document.activeElement?.closest?.("[data-trozo]");
    const kept = here && document.activeElement.id;
    for (const [name, html] of Object.entries(pieces)) {
      const place = $(`[data-trozo="${name}"]`);
      if (place && place.innerHTML !== html) place.innerHTML = html; // made and escaped by our server
    }
    if (kept) document.getElementById(kept)?.focus();
  }

  // --- changes, undo, redo --------------------------------------------------------------------------------------
  const picture = () => JSON.stringify([draft.statements, draft.codes, draft.done, draft.note_type]);
  function restore(kept) {
    [draft.statements, draft.codes, draft.done, draft.note_type] = JSON.parse(kept);
  }

  function change(act, again = true) {
    if (!draft?.statements) return false;
    const before = picture();
    act(draft);
    if (picture() === before) return false;
    past.push(before);
    if (past.length > 200) past.shift();
    future = [];
    show();
    touch(again);
    return true;
  }

  function step(from, to) {
    if (!draft?.statements || !from.length) return;
    to.push(picture());
    restore(from.pop());
    show();
    touch(true);
  }

  const undo = () => step(past, future);
  const redo = () => step(future, past);

  function show() {
    for (const one of after) one(draft);
    const back = $("[data-deshacer]");
    const on = $("[data-rehacer]");
    if (back) back.disabled = !past.length;
    if (on) on.disabled = !future.length;
    const kind = $("#tipo-nota");
    if (kind && draft) kind.value = draft.note_type;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.dataset.deshacer) undo();
    if (button?.dataset.rehacer) redo();
    if (button?.dataset.nueva) flush().catch(() => {}).then(() => location.assign("/medico/?nueva=1"));
    if (button?.dataset.codigo) {
      const { codigo: code, diagnostico: diagnosis } = button.dataset;
      change((one) => {
        const there = one.codes.findIndex((c) => c.code === code && c.diagnosis === diagnosis);
        if (there >= 0) one.codes.splice(there, 1);
        else one.codes.push({ diagnosis, code });
      });
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "tipo-nota") change((one) => (one.note_type = event.target.value));
    const element = event.target.dataset?.falta;
    if (element) {
      change((one) => {
        one.done = event.target.checked ? [...one.done, element] : one.done.filter((done) => done !== element);
      }, false);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.target.isContentEditable || event.target.closest?.("textarea, input, select, dialog")) return;
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") {
      event.preventDefault();
      (key === "y" || event.shiftKey ? redo : undo)();
    }
  });

  document.addEventListener("input", (event) => event.target === box() && touch());
  document.addEventListener("visibilitychange", () => document.hidden && save());
  addEventListener("beforeunload", (event) => {
    if (dirty && (draft || box()?.value.trim())) {
      save();
      event.preventDefault();
    }
  });

  // --- a draft arrived --------------------------------------------------------------------------------------
  let last = null;
  async function arrived(place) {
    const given = JSON.parse(place.textContent);
    const before = draft;
    if (before?.id === given.id) {
      show(); // the framework drew the same note again
      return;
    }
    draft = given;
    past = [];
    future = [];
    stopped = false;
    if (!before) {
      // Opened again, or structured before anything was saved.
      const typed = box()?.value ?? "";
      if (typed && typed !== given.text) touch();
      else say(given.rev > 1 || !given.statements ? "Borrador recuperado" : "Borrador guardado");
      show();
      return;
    }
    if (!given.statements) return;
    settle();
    show();
    await (chain = chain.then(async () => {
      try {
        const told = await (await call(`borrador/${given.id}/continuar`, { before: before.id })).json();
        Object.assign(given, { rev: told.rev, statements: told.statements, codes: told.codes, done: told.done });
        if (told.conservados) tell(`Se conservaron sus correcciones (${told.conservados}).`);
        show();
        if (told.conservados || told.codes.length || told.done.length) touch(true);
      } catch (error) {
        tell(error.message, true);
      }
    }));
    if (box() && box().value !== given.text) touch();
  }

  new MutationObserver(() => {
    const place = $("#borrador-datos");
    if (place && place !== last) {
      last = place;
      arrived(place);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  copiloto.nota = { call, change, flush, touch, onShow: (act) => after.push(act), get draft() { return draft; } };
})();
