// The statements of the draft: edited in place, moved (keys, menu, drag), taken out, added.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const { change } = copiloto.nota;
  const flat = (text) => text.replace(/\s+/g, " ").trim();
  let focusOn = "";
  let editing = "";

  function element(tag, attributes = {}, ...children) {
    const one = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null) one.setAttribute(name, value);
    one.append(...children);
    return one;
  }

  // --- shown ------------------------------------------------------------------------------------------------
  function line(draft, statement) {
    const proposed = draft.proposed[statement.id];
    const reworded = proposed && flat(statement.text) !== flat(proposed.text);
    const moved = proposed && statement.section !== proposed.section;
    const marks = ["frase", "enlace"];
    const written = proposed?.written && !reworded;
    if (written) marks.push("redactada");
    if (reworded || moved) marks.push("cambiada");
    if (!proposed) marks.push("agregada");
    const words = element("span", {
      class: marks.join(" "), "data-k": statement.id, tabindex: "0", role: "button", "aria-pressed": "false",
    }, statement.text);
    const told = [];
    if (written) told.push(`Redactado por el modelo; usted escribió: «${proposed.written}»`);
    if (reworded) told.push(`Se propuso: «${proposed.text}»`);
    if (moved) told.push(`Se propuso en ${label(draft, proposed.section)}`);
    if (!proposed) told.push("Agregado por usted");
    if (told.length) words.title = told.join(". ");
    const handle = element("span", { class: "asa", draggable: "true", "aria-hidden": "true", title: "Arrastre para mover" }, "⠿");
    return element("li", { "data-id": statement.id }, handle, words);
  }

  const label = (draft, key) => draft.sections.find((one) => one[0] === key)?.[1] ?? key;

  function show(draft) {
    const place = $("#apartados");
    if (!place || !draft?.statements) return;
    const active = document.activeElement?.closest?.("#apartados li")?.dataset.id;
    const wanted = focusOn || (editing ? "" : active);
    focusOn = "";
    const parts = draft.sections.map(([key, name]) => {
      const rows = draft.statements.filter((one) => one.section === key);
      const more = element("button", {
        type: "button", class: "menudo", "data-nuevo": key, "aria-label": `Agregar renglón en ${name}`, title: "Agregar renglón",
      }, "+");
      const list = element("ul", {}, ...rows.map((one) => line(draft, one)));
      return element("section", { class: rows.length ? "apartado" : "apartado desierto", "data-apartado": key },
        element("div", { class: "titulo" }, element("h3", {}, name), more), list);
    });
    place.replaceChildren(...parts);
    if (wanted) $(`#apartados li[data-id="${wanted}"] .frase`)?.focus({ preventScroll: true });
  }
  copiloto.nota.onShow(show);

  // --- tools of the line at hand ------------------------------------------------------------------------------
  let tools = null;
  function toolbox(row) {
    const draft = copiloto.nota.draft;
    if (!draft?.statements || editing || row.contains(tools)) return;
    tools?.remove();
    const id = row.dataset.id;
    const now = draft.statements.find((one) => one.id === id);
    const proposed = draft.proposed[id];
    if (!now) return;
    const button = (name, words) => element("button", { type: "button", class: "menudo", [`data-${name}`]: id }, words);
    const move = element("select", { "data-mover": id, "aria-label": "Mover a otro apartado" },
      element("option", { value: "" }, "Mover a…"),
      ...draft.sections.filter(([key]) => key !== now.section).map(([key, name]) => element("option", { value: key }, name)));
    tools = element("span", { class: "obras", role: "group", "aria-label": "Corregir este renglón" },
      button("editar", "Editar"), move, button("quitar", "Quitar"));
    if (proposed && (flat(now.text) !== flat(proposed.text) || now.section !== proposed.section)) {
      tools.append(button("propuesta", "Volver a lo propuesto"));
    } else if (proposed?.written) {
      tools.append(button("literal", "Usar mis palabras"));
    }
    row.append(tools);
  }
  const row = (event) => event.target.closest?.("#apartados li[data-id]");
  document.addEventListener("mouseover", (event) => {
    const one = row(event);
    if (one && !tools?.contains(document.activeElement)) toolbox(one);
  });
  document.addEventListener("focusin", (event) => {
    const one = row(event);
    if (one) toolbox(one);
  });

  // --- changes ------------------------------------------------------------------------------------------------
  const at = (draft, id) => draft.statements.findIndex((one) => one.id === id);

  function place(id, section, before = null) {
    focusOn = id;
    const done = change((draft) => {
      const [one] = draft.statements.splice(at(draft, id), 1);
      const moved = { ...one, section };
      const there = before === null ? -1 : at(draft, before);
      if (there >= 0) draft.statements.splice(there, 0, moved);
      else draft.statements.push(moved);
    });
    if (done && section) copiloto.medico.tell("Renglón movido.");
  }

  function remove(id) {
    const rows = $$("#apartados li").map((one) => one.dataset.id);
    const near = rows[rows.indexOf(id) + 1] ?? rows[rows.indexOf(id) - 1] ?? "";
    focusOn = near;
    if (change((draft) => draft.statements.splice(at(draft, id), 1))) copiloto.medico.tell("Renglón quitado (Ctrl + Z lo devuelve).");
  }

  function add(section, hint = "") {
    const draft = copiloto.nota.draft;
    if (!draft?.statements) return;
    let number = 0;
    while ($(`#apartados li[data-id="n${number}"]`) || draft.proposed[`n${number}`]) number += 1;
    const id = `n${number}`;
    const list = $(`#apartados [data-apartado="${section}"] ul`);
    const row = line(draft, { id, section, text: "" });
    list.closest(".apartado").classList.remove("desierto");
    list.append(row);
    row.scrollIntoView({ block: "center", behavior: "instant" });
    edit(id, hint);
  }

  // Alt + arrows: one place up or down, over the border to the next section.
  function shift(id, down) {
    const draft = copiloto.nota.draft;
    const now = draft.statements.find((one) => one.id === id);
    const rows = draft.statements.filter((one) => one.section === now.section);
    const index = rows.findIndex((one) => one.id === id);
    const keys = draft.sections.map(([key]) => key);
    if (down ? index < rows.length - 1 : index > 0) {
      if (!down) return place(id, now.section, rows[index - 1].id);
      return place(id, now.section, rows[index + 2]?.id ?? null);
    }
    const next = keys[keys.indexOf(now.section) + (down ? 1 : -1)];
    if (!next) return;
    const first = draft.statements.find((one) => one.section === next);
    place(id, next, down ? first?.id ?? null : null);
  }

  // --- editing in place -----------------------------------------------------------------------------------------
  function edit(id, hint = "") {
    const words = $(`#apartados li[data-id="${id}"] .frase`);
    if (!words || editing) return;
    tools?.remove();
    editing = id;
    const before = words.textContent;
    words.setAttribute("contenteditable", "plaintext-only");
    if (words.contentEditable !== "plaintext-only") words.setAttribute("contenteditable", "true");
    words.setAttribute("role", "textbox");
    words.removeAttribute("aria-pressed");
    words.setAttribute("aria-label", hint || "Texto del renglón");
    if (hint) words.dataset.falta = hint;
    words.focus();
    const range = document.createRange();
    range.selectNodeContents(words);
    range.collapse(false);
    getSelection().removeAllRanges();
    getSelection().addRange(range);

    const finish = (keep) => {
      if (editing !== id) return;
      editing = "";
      words.removeEventListener("blur", leave);
      const text = flat(words.textContent);
      const known = copiloto.nota.draft.statements.some((one) => one.id === id);
      focusOn = id;
      const section = words.closest("[data-apartado]").dataset.apartado;
      const changed = keep && text !== flat(before) && change((draft) => {
        if (!text) draft.statements = draft.statements.filter((one) => one.id !== id);
        else if (known) draft.statements = draft.statements.map((one) => (one.id === id ? { ...one, text } : one));
        else draft.statements = [...draft.statements, { id, section, text }];
      });
      if (!changed) show(copiloto.nota.draft);
    };
    const leave = () => finish(true);
    words.addEventListener("blur", leave);
    words.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        finish(true);
      } else if (event.key === "Escape") {
        event.preventDefault();
        finish(false);
      }
    });
    words.addEventListener("paste", (event) => {
      event.preventDefault();
      document.execCommand("insertText", false, flat(event.clipboardData.getData("text/plain")));
    });
  }

  // --- clicks, keys, drag ---------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const data = event.target.closest?.("button")?.dataset ?? {};
    if (data.editar) edit(data.editar);
    if (data.quitar) remove(data.quitar);
    if (data.nuevo) add(data.nuevo);
    if (data.agregar) add(data.agregar, data.elemento);
    if (data.propuesta || data.literal) {
      const id = data.propuesta || data.literal;
      focusOn = id;
      change((draft) => {
        const proposed = draft.proposed[id];
        const now = draft.statements[at(draft, id)];
        draft.statements[at(draft, id)] = data.literal
          ? { ...now, text: proposed.written }
          : { ...now, text: proposed.text, section: proposed.section };
      });
    }
  });
  document.addEventListener("dblclick", (event) => {
    const one = event.target.closest?.("#apartados .frase");
    if (one && !one.isContentEditable) edit(one.dataset.k);
  });
  document.addEventListener("change", (event) => {
    const id = event.target.dataset?.mover;
    if (id && event.target.value) place(id, event.target.value);
  });
  document.addEventListener("keydown", (event) => {
    const one = event.target.closest?.("#apartados .frase");
    if (!one || one !== event.target || one.isContentEditable) return;
    const id = one.dataset.k;
    if (event.key === "F2" || (event.key === "e" && !event.ctrlKey && !event.metaKey)) edit(id);
    else if (event.key === "Delete") remove(id);
    else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) shift(id, event.key === "ArrowDown");
    else return;
    event.preventDefault();
  });

  let dragged = "";
  function settle() {
    dragged = "";
    document.body.classList.remove("arrastra");
    for (const old of $$(".sobre")) old.classList.remove("sobre");
  }
  document.addEventListener("dragstart", (event) => {
    const one = event.target.closest?.("#apartados .asa")?.closest("li");
    if (!one) return;
    dragged = one.dataset.id;
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(one, 0, 0);
    setTimeout(() => {
      // The empty sections appear as places to drop on: what is under the pointer stays where it is.
      const before = one.getBoundingClientRect().top;
      document.body.classList.add("arrastra");
      $("#derecha").scrollTop += one.getBoundingClientRect().top - before;
    });
  });
  document.addEventListener("dragover", (event) => {
    if (!dragged) return;
    for (const old of $$(".sobre")) old.classList.remove("sobre");
    const target = event.target.closest?.("#apartados li, #apartados .apartado");
    if (!target) return;
    event.preventDefault(); // says that something may be dropped here; without it no drop comes
    event.dataTransfer.dropEffect = "move";
    target.classList.add("sobre");
  });
  document.addEventListener("drop", (event) => {
    const section = event.target.closest?.("#apartados .apartado")?.dataset.apartado;
    const before = event.target.closest?.("#apartados li")?.dataset.id ?? null;
    if (!dragged || !section) return;
    event.preventDefault();
    const id = dragged;
    settle(); // the line is drawn anew: the browser tells no end of what it no longer has
    if (before !== id) place(id, section, before);
  });
  document.addEventListener("dragend", settle);
})();
