// «Mis notas»: drafts and signed notes of whoever is signed in; search, read, export, addendum.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const { call } = copiloto.nota;
  const { dialog, signer, buttons, blank, failed, prove } = copiloto.firma;
  const { tell } = copiloto.medico;
  let box = null;

  function line(one) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tarjeta";
    button.dataset.ver = one.id;
    button.dataset.clase = one.clase;
    const put = (cls, words) => {
      const part = document.createElement("span");
      part.className = cls;
      part.textContent = words;
      button.append(part);
    };
    put(`estado ${one.clase}`, one.clase === "firmada" ? "Firmada" : "Borrador");
    put("titulo", one.titulo || one.tipo);
    put("tenue", `${one.titulo ? `${one.tipo} · ` : ""}${one.cuando}${one.adendas ? ` · ${one.adendas} adenda${one.adendas > 1 ? "s" : ""}` : ""}`);
    put("extracto", one.extracto);
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  async function list(words = "") {
    const place = $("#notas-lista", box);
    try {
      const { notas } = await (await call(`lista?q=${encodeURIComponent(words)}`, undefined, "GET")).json();
      if (!notas.length) {
        place.innerHTML = "<li class=tenue></li>";
        place.firstChild.textContent = words ? "Ninguna nota tiene esas palabras." : "Aún no hay notas. Lo que escriba se guarda aquí como borrador.";
      } else {
        place.replaceChildren(...notas.map(line));
      }
      $("#notas-cuantas", box).textContent = notas.length === 1 ? "1 nota" : `${notas.length} notas`;
    } catch (error) {
      tell(error.message, true);
    }
  }

  async function read(id) {
    try {
      const { html } = await (await call(`firmada/${encodeURIComponent(id)}`, undefined, "GET")).json();
      const place = $("#notas-lectura", box);
      place.dataset.firmada = id;
      place.innerHTML = html; // made and escaped by our server
      place.scrollTop = 0;
      for (const one of box.querySelectorAll("[data-ver]")) one.setAttribute("aria-current", String(one.dataset.ver === id));
      place.focus();
    } catch (error) {
      tell(error.message, true);
    }
  }

  async function open(id = "") {
    const body = document.createElement("div");
    body.className = "mis-notas";
    body.innerHTML = `<div class="indice"><label for="notas-buscar">Buscar</label>
      <input id="notas-buscar" type="search" autocomplete="off" placeholder="Paciente, diagnóstico, palabra…">
      <p class="tenue" id="notas-cuantas" role="status"></p><ul id="notas-lista"></ul></div>
      <div id="notas-lectura" tabindex="-1" role="region" aria-label="Nota elegida"><p class="tenue">Elija una nota para leerla.</p></div>
      <div class="botones"><button type="button" data-cerrar="1">Cerrar</button></div>`;
    box = dialog("mis-notas", "Mis notas", body);
    let timer = 0;
    $("#notas-buscar", box).addEventListener("input", (event) => {
      clearTimeout(timer);
      timer = setTimeout(() => list(event.target.value), 200);
    });
    await list();
    if (id) await read(id);
  }

  async function addendum(id) {
    let known;
    try {
      known = await (await call("firma", undefined, "GET")).json();
    } catch (error) {
      return tell(error.message, true);
    }
    const form = blank();
    const text = document.createElement("div");
    text.className = "campos";
    text.innerHTML = '<label for="adenda-texto">Adenda</label><textarea id="adenda-texto" rows="5" required maxlength="20000"></textarea>';
    form.prepend(text);
    form.append(signer(known), buttons("Firmar adenda"));
    const asking = dialog("adenda", "Agregar una adenda", form);
    $("#adenda-texto", form).focus();
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      $(".principal", form).disabled = true;
      try {
        await prove(form);
        const body = { text: $("#adenda-texto", form).value, name: $("#firma-nombre", form).value, cedula: $("#firma-cedula", form).value };
        await call(`firmada/${encodeURIComponent(id)}/adenda`, body);
        asking.close();
        tell("Adenda firmada.");
        await list($("#notas-buscar", box).value);
        await read(id);
      } catch (error) {
        failed(form, error);
      }
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    if (button.dataset.misNotas) open();
    if (button.dataset.adenda) addendum(button.closest("[data-firmada]").dataset.firmada);
    if (button.dataset.ver) {
      if (button.dataset.clase === "firmada") read(button.dataset.ver);
      else copiloto.nota.flush().catch(() => {}).then(() => location.assign(`/medico/?borrador=${encodeURIComponent(button.dataset.ver)}`));
    }
  });

  const signed = new URLSearchParams(location.search).get("firmada");
  if (signed) {
    history.replaceState(null, "", "/medico/?nueva=1");
    addEventListener("load", () => open(signed));
  }
})();
