// What helps beside the note: the norm's list while the text grows, abbreviations written out, what the guidelines say.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const { box, tell } = copiloto.medico;
  const { call, change, flush } = copiloto.nota;
  const { dialog, buttons, blank, failed } = copiloto.firma;
  const PAUSE_MS = 1200;
  const LEAST = 30; // characters from which there is something to look at

  function element(tag, attributes = {}, ...children) {
    const one = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
    one.append(...children);
    return one;
  }

  // --- the norm's list while the text grows ---------------------------------------------------------------------
  let timer = 0;
  let asked = "";
  let turn = 0;

  async function look() {
    const place = $("#lista-viva");
    const text = box()?.value ?? "";
    const kind = $("#tipo input")?.value ?? "";
    if (!place || `${kind}|${text}` === asked) return;
    asked = `${kind}|${text}`;
    if (text.trim().length < LEAST) return place.replaceChildren();
    const mine = (turn += 1);
    try {
      const { html } = await (await call("avance", { text, kind })).json();
      if (mine === turn) place.innerHTML = html; // made and escaped by our server
    } catch {
      if (mine === turn) place.replaceChildren(); // no list is no harm: it comes with the note
    }
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  };
  document.addEventListener("input", (event) => event.target === box() && soon());
  document.addEventListener("change", (event) => event.target.closest?.("#tipo") && soon());
  document.addEventListener("copiloto-texto", soon);
  addEventListener("load", soon);

  // --- abbreviations ----------------------------------------------------------------------------------------------
  async function abbreviations() {
    let found;
    try {
      await flush();
      found = (await (await call(`borrador/${copiloto.nota.draft.id}/abreviaturas`, {})).json()).abreviaturas;
    } catch (error) {
      return tell(error.message, true);
    }
    if (!found.length) return tell("No se encontraron abreviaturas conocidas.");
    const form = blank();
    const table = element("table", {}, element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, "Abreviatura"), element("th", { scope: "col" }, "Se escribirá"))));
    const body = element("tbody");
    found.sort((a, b) => b.pregunta - a.pregunta);
    found.forEach((one, at) => {
      const select = element("select", { id: `abreviatura-${at}`, "aria-label": `Qué quiere decir ${one.corta}` });
      select.append(element("option", { value: "" }, one.pregunta ? "¿Qué quiere decir? (dejar igual)" : "Dejar igual"));
      for (const reading of one.lecturas) select.append(element("option", { value: reading }, reading));
      select.value = one.pregunta ? one.sugerida : one.lecturas[0];
      const words = one.renglones.map((id) => copiloto.nota.draft.statements.find((row) => row.id === id)?.text ?? "").join(" · ");
      const name = element("th", { scope: "row", title: words.slice(0, 300) }, one.corta);
      if (one.pregunta) name.append(element("span", { class: "etiqueta" }, one.sugerida ? "revise" : "pregunta"));
      body.append(element("tr", {}, name, element("td", {}, select)));
    });
    table.append(body);
    form.prepend(element("p", { class: "tenue" }, "La NOM-004 (5.11) pide escribir sin abreviaturas. Las que pueden leerse de dos maneras van primero; elija o déjelas igual."),
      element("div", { class: "rueda alta", tabindex: "0", role: "region", "aria-label": "Abreviaturas de la nota" }, table));
    form.append(buttons("Desarrollar"));
    const asking = dialog("abreviaturas", "Desarrollar abreviaturas", form);
    $("select", form).focus();
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const choices = {};
      found.forEach((one, at) => {
        for (const id of one.renglones) (choices[id] ??= {})[one.corta] = $(`#abreviatura-${at}`, form).value;
      });
      try {
        const { id } = copiloto.nota.draft;
        const { textos } = await (await call(`borrador/${id}/abreviaturas`, { choices })).json();
        asking.close();
        const done = change((draft) => {
          for (const row of draft.statements) if (textos[row.id] !== undefined) row.text = textos[row.id];
        });
        tell(done ? "Abreviaturas desarrolladas (Ctrl + Z las devuelve)." : "No se cambió nada.");
      } catch (error) {
        failed(form, error);
      }
    });
  }

  // --- guidelines ---------------------------------------------------------------------------------------------------
  async function guidelines(button) {
    const place = $("#guias-lista");
    button.disabled = true;
    place.textContent = "Buscando… (la primera vez tras instalar tarda más)";
    try {
      await flush();
      const { guias } = await (await call(`borrador/${copiloto.nota.draft.id}/guias`)).json();
      place.replaceChildren();
      for (const one of guias) {
        place.append(element("h4", {}, one.tema));
        if (one.citas.length) {
          const list = element("div");
          copiloto.asistente.citations(list, one.citas);
          place.append(list);
        }
        for (const title of one.titulos) place.append(element("p", { class: "tenue" }, `Existe la guía ${title} (su texto no está en este equipo).`));
      }
      if (!guias.length) place.textContent = "No hay pasajes que vengan al caso en las guías de este equipo.";
      button.textContent = "Buscar de nuevo";
    } catch (error) {
      place.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.dataset.abreviaturas) abbreviations();
    if (button?.dataset.guias) guidelines(button);
    if (button?.dataset.ejemplo) soon();
  });
})();
