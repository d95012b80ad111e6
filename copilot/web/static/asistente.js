// The chat: questions to the guidelines and to the note, changes to the note in words, shown before they count.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const { call, change, flush } = copiloto.nota;
  const { dialog } = copiloto.firma;
  const { tell } = copiloto.medico;
  const SHOWN = 3; // passages listed at once; the rest unfold
  let busy = false;

  function element(tag, cls = "", words = "") {
    const one = document.createElement(tag);
    if (cls) one.className = cls;
    if (words) one.textContent = words;
    return one;
  }

  function button(words, act, cls = "") {
    const one = element("button", cls, words);
    one.type = "button";
    one.addEventListener("click", act);
    return one;
  }

  function say(who, words = "") {
    const one = element("div", `turno ${who}`);
    one.append(element("p", "quien", who === "medico" ? "Usted" : "Copiloto"));
    if (words) one.append(element("p", "dicho", words));
    $("#charla").append(one);
    one.scrollIntoView({ block: "end", behavior: "instant" });
    return one;
  }

  // --- citations ----------------------------------------------------------------------------------------------
  async function open(citation) {
    try {
      const found = await (await call(`pasaje/${encodeURIComponent(citation.passage)}`, undefined, "GET")).json();
      const body = element("div");
      const where = [found.lugar, found.anio, found.grado && `grado ${found.grado}`].filter(Boolean).join(" · ");
      body.append(element("p", "tenue", where));
      if (found.ficha) body.append(element("p", "tenue", "Ficha de evidencia: resumen con palabras propias; consulte la guía citada."));
      const text = element("div", "pasaje");
      text.tabIndex = 0;
      const at = found.texto.indexOf(citation.quote);
      if (at >= 0) {
        text.append(found.texto.slice(0, at), element("mark", "", citation.quote), found.texto.slice(at + citation.quote.length));
      } else {
        text.textContent = found.texto;
      }
      const row = element("div", "botones");
      const close = element("button", "", "Cerrar");
      close.type = "button";
      close.dataset.cerrar = "1";
      row.append(close);
      body.append(text, row);
      dialog("pasaje", found.titulo, body);
      $("#pasaje mark")?.scrollIntoView({ block: "center", behavior: "instant" });
    } catch (error) {
      tell(error.message, true);
    }
  }

  function citations(place, rows) {
    const lists = [rows.slice(0, SHOWN), rows.slice(SHOWN)].map((some, part) => {
      const list = element("ol", "citas");
      list.start = part * SHOWN + 1;
      for (const one of some) {
        const item = element("li");
        item.append(button(one.title, () => open(one), "liga"), element("span", "tenue", ` ${one.locator}`));
        list.append(item);
      }
      return list;
    });
    place.replaceChildren(element("p", "tenue", rows.length ? "Pasajes (ábralos para leerlos completos)" : ""), lists[0]);
    if (rows.length > SHOWN) {
      const more = element("details");
      more.append(element("summary", "tenue", `Otros ${rows.length - SHOWN}`), lists[1]);
      place.append(more);
    }
  }

  function rate(place, entry) {
    const row = element("div", "valorar");
    const send = async (useful) => {
      const comment = $("textarea", row)?.value ?? "";
      try {
        await call("charla/valorar", { entry, useful, comment });
        row.replaceChildren(element("span", "tenue", "Gracias; quedó en la bitácora."));
      } catch (error) {
        tell(error.message, true);
      }
    };
    const no = button("No sirvió…", () => {
      if ($("textarea", row)) return;
      const text = element("textarea");
      text.rows = 2;
      text.maxLength = 2000;
      text.setAttribute("aria-label", "Qué falló (opcional)");
      text.placeholder = "Qué falló (opcional)";
      no.remove();
      row.append(text, button("Enviar", () => send(false)));
      text.focus();
    });
    row.append(button("Sirvió", () => send(true)), no);
    place.append(row);
  }

  // --- changes to the note --------------------------------------------------------------------------------------
  const SIGN = { add: "+ ", remove: "− ", replace: "± ", move: "→ " };
  function changes(place, end) {
    const list = element("ul", "cambios");
    for (const one of end.cambios) {
      const item = element("li", one.op);
      item.append(element("strong", "", `${SIGN[one.op] ?? ""}${one.section}${one.to ? ` → ${one.to}` : ""}: `));
      if (one.before) item.append(element(one.op === "move" ? "span" : "del", "", one.before), " ");
      if (one.after && one.op !== "move") item.append(element("ins", "", one.after));
      list.append(item);
    }
    place.append(list);
    if (!end.pendiente) return;
    const row = element("div", "decidir");
    const decide = async (accept) => {
      for (const one of row.querySelectorAll("button")) one.disabled = true;
      try {
        const draft = copiloto.nota.draft.id;
        const told = await (await call("charla/decidir", { draft, accept, rev: end.rev })).json();
        if (told.statements) change((one) => (one.statements = told.statements));
        row.replaceChildren(element("span", "tenue", told.mensaje));
      } catch (error) {
        row.replaceChildren(element("span", "error", error.message));
      }
    };
    row.append(button("Aplicar", () => decide(true), "principal"), button("No aplicar", () => decide(false)));
    place.append(row);
    $("button", row).focus();
  }

  // --- one turn -------------------------------------------------------------------------------------------------
  function finish(place, end, sources) {
    const answer = end.respuesta;
    const words = $(".dicho", place) ?? place.appendChild(element("p", "dicho"));
    if (end.pendiente) words.textContent = "Propongo este cambio. ¿Lo aplico?";
    else words.textContent = answer ? answer.answer : end.mensaje;
    if (end.cambios.length && end.pendiente) changes(place, end);
    for (const quote of end.citas_nota) place.append(element("blockquote", "", quote));
    for (const option of end.opciones) place.append(button(option, () => ask(option), "opcion"));
    if (end.deshacer) $("[data-deshacer]")?.click();
    if (!answer) return;
    for (const one of answer.notices) place.append(element("p", "advertencia", one));
    citations(sources, answer.citations);
    place.append(sources);
    if (answer.status !== "answered" && answer.catalogue.length) {
      place.append(element("p", "tenue", "Guías que existen sobre el tema (su texto no está en este equipo):"));
      const list = element("ul");
      for (const one of answer.catalogue) list.append(element("li", "", `${one.key} · ${one.title}`));
      place.append(list);
    }
    rate(place, answer.entry);
  }

  async function ask(message) {
    if (busy || !message.trim()) return;
    busy = true;
    $("#vacia-charla")?.remove();
    say("medico", message);
    const place = say("copiloto", "Buscando… (la primera pregunta tras instalar tarda más)");
    const sources = element("div", "fuentes");
    let written = "";
    try {
      if (copiloto.nota.draft?.statements) await flush();
      const draft = copiloto.nota.draft?.statements ? copiloto.nota.draft.id : "";
      const answer = await call("charla", { message, draft });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        for (const one of lines.map((line) => JSON.parse(line))) {
          if (one.tipo === "citas") {
            citations(sources, one.citas);
            place.append(sources);
          } else if (one.tipo === "texto") {
            written += one.texto;
            $(".dicho", place).textContent = written;
          } else if (one.tipo === "error") {
            throw new Error(one.error);
          } else {
            finish(place, one, sources);
          }
          const done = one.tipo === "fin" && !one.pendiente;
          place.scrollIntoView({ block: done ? "nearest" : "end", behavior: "instant" });
          if (done && place.offsetHeight > $("#charla").clientHeight) place.scrollIntoView({ block: "start", behavior: "instant" });
        }
      }
    } catch (error) {
      $(".dicho", place).textContent = error.message;
      place.classList.add("falla");
    } finally {
      busy = false;
    }
  }

  copiloto.asistente = { citations };

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "preguntar") return;
    event.preventDefault();
    const box = $("#pregunta");
    const message = box.value;
    if (busy || !message.trim()) return;
    box.value = "";
    ask(message);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id === "pregunta" && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      $("#preguntar").requestSubmit();
    }
  }, true);
})();
