// Out of the page: copies and files (the server logs them first), the signature, the draft thrown away.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const { tell } = copiloto.medico;
  const { call, flush } = copiloto.nota;

  // --- copies and files -----------------------------------------------------------------------------------------
  // Where a button stands tells what leaves: the reader's signed note or the draft.
  function path(button) {
    const signed = button.closest("[data-firmada]")?.dataset.firmada;
    return signed ? `firmada/${signed}` : `borrador/${copiloto.nota.draft?.id}`;
  }

  async function take(button, form) {
    try {
      if (!button.closest("[data-firmada]")) await flush();
      const answer = await call(`${path(button)}/exportar`, { form });
      if (form === "copia") {
        try {
          await navigator.clipboard.writeText(await answer.text());
          tell("Nota copiada.");
        } catch {
          tell("El navegador no permitió copiar. Use «Descargar».", true);
        }
        return;
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = answer.headers.get("x-nombre") ?? `nota.${form}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      tell(`Se descargó ${link.download}.`);
    } catch (error) {
      tell(error.message, true);
    }
  }

  // --- dialogs --------------------------------------------------------------------------------------------------
  function dialog(id, title, body) {
    $(`#${id}`)?.remove();
    const box = document.createElement("dialog");
    box.id = id;
    box.className = "dialogo";
    box.setAttribute("aria-labelledby", `${id}-titulo`);
    const head = document.createElement("h2");
    head.id = `${id}-titulo`;
    head.textContent = title;
    box.append(head, body);
    document.body.append(box);
    box.addEventListener("close", () => box.remove());
    box.showModal();
    return box;
  }

  // Fields of whoever signs; what the account says can't be overwritten.
  function signer(known) {
    const part = document.createElement("div");
    part.className = "campos";
    part.innerHTML = `<label for="firma-nombre">Nombre completo</label><input id="firma-nombre" autocomplete="name" required>
      <label for="firma-cedula">Cédula profesional</label>
      <input id="firma-cedula" inputmode="numeric" pattern="[0-9 .\\-]{5,12}" title="Solo cifras, de 5 a 8" autocomplete="off" required>`;
    const name = $("#firma-nombre", part);
    const cedula = $("#firma-cedula", part);
    name.value = known.nombre;
    cedula.value = known.cedula;
    name.readOnly = Boolean(known.nombre);
    cedula.readOnly = Boolean(known.cedula);
    if (known.comprobar === "clave") {
      const ask = document.createElement("div");
      ask.innerHTML = `<label for="firma-clave">Su contraseña, para confirmar que es usted</label>
        <input id="firma-clave" type="password" autocomplete="current-password" maxlength="256" required>`;
      part.append(...ask.children);
    } else if (known.comprobar === "institucional") {
      const ask = document.createElement("p");
      ask.innerHTML = '<button type="button" id="firma-institucional">Confirmar con la cuenta institucional</button> <span role="status" class="tenue"></span>';
      $("button", ask).addEventListener("click", () => {
        $("[role=status]", ask).textContent = "Siga en la ventana que se abrió…";
        copilotoSesion.elsewhere(async () => {
          const { comprobar } = await (await call("firma", undefined, "GET")).json();
          if (comprobar || !ask.isConnected) return !ask.isConnected;
          $("[role=status]", ask).textContent = "Confirmado. Ya puede firmar.";
          return true;
        });
      });
      part.append(ask);
    }
    return part;
  }

  // The password again, where it was asked for.
  async function prove(form) {
    const field = $("#firma-clave", form);
    if (!field) return;
    const answer = await fetch("/sesion/comprobar", { method: "POST", body: new URLSearchParams({ contrasena: field.value }) });
    if (answer.ok) return;
    field.select();
    throw new Error((await answer.json().catch(() => ({}))).error ?? "No se pudo comprobar la contraseña.");
  }

  function buttons(words) {
    const row = document.createElement("div");
    row.className = "botones";
    row.innerHTML = '<button class="principal"></button><button type="button" data-cerrar="1">Cancelar</button>';
    $(".principal", row).textContent = words;
    return row;
  }

  function failed(form, error) {
    const place = $(".error", form);
    place.textContent = error.message;
    place.hidden = false;
    $(".principal", form).disabled = false;
  }

  function blank() {
    const form = document.createElement("form");
    form.innerHTML = '<p class="error" role="alert" hidden></p>';
    return form;
  }

  async function sign() {
    let known;
    try {
      await flush();
      known = await (await call("firma", undefined, "GET")).json();
    } catch (error) {
      return tell(error.message, true);
    }
    const form = blank();
    const missing = document.querySelectorAll("#faltantes [data-agregar]").length;
    const ticked = document.querySelectorAll("#faltantes input:checked:not(:disabled)").length;
    const grave = document.querySelectorAll("#alertas .severidad.grave").length;
    const told = document.createElement("ul");
    told.className = "resumen";
    const row = (words, tone = "") => {
      const one = document.createElement("li");
      one.textContent = words;
      one.className = tone;
      told.append(one);
    };
    if (grave) row(`${grave === 1 ? "Hay una alerta grave" : `Hay ${grave} alertas graves`} sin resolver.`, "grave");
    if (missing > ticked) row(`La lista de la NOM-004 tiene ${missing - ticked} pendientes sin marcar.`, "aviso");
    row(`Fecha y hora del servidor: ${known.ahora}.`);
    row("Firmada, la nota ya no se modifica: lo que falte se agrega como adenda.");
    const read = document.createElement("label");
    read.className = "leida";
    read.innerHTML = '<input type="checkbox" id="firma-leida" required> <span>Leí la nota completa y respondo por su contenido.</span>';
    form.prepend(told);
    form.append(signer(known), read, buttons("Firmar"));
    dialog("firmar", "Firmar la nota", form);
    (known.nombre && known.cedula ? $("#firma-leida", form) : $("input:not([readonly])", form)).focus();
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      $(".principal", form).disabled = true;
      try {
        await prove(form);
        const { id, rev } = copiloto.nota.draft;
        const body = { rev, name: $("#firma-nombre", form).value, cedula: $("#firma-cedula", form).value, read: true };
        const done = await (await call(`borrador/${id}/firmar`, body)).json();
        location.assign(`/medico/?firmada=${encodeURIComponent(done.id)}`);
      } catch (error) {
        failed(form, error);
      }
    });
  }

  // --- thrown away, with a way back -----------------------------------------------------------------------------
  async function discard() {
    try {
      await flush();
      const { id } = copiloto.nota.draft;
      await call(`borrador/${id}/descartar`);
      location.assign(`/medico/?nueva=1&descartado=${encodeURIComponent(id)}`);
    } catch (error) {
      tell(error.message, true);
    }
  }

  function offerBack() {
    const id = new URLSearchParams(location.search).get("descartado");
    if (!id) return;
    history.replaceState(null, "", "/medico/?nueva=1");
    const bar = document.createElement("div");
    bar.id = "vuelta";
    bar.setAttribute("role", "status");
    bar.innerHTML = '<span>Borrador descartado.</span> <button type="button">Deshacer</button>';
    $("button", bar).addEventListener("click", async () => {
      try {
        await call(`borrador/${id}/recuperar`);
        location.assign(`/medico/?borrador=${encodeURIComponent(id)}`);
      } catch (error) {
        tell(error.message, true);
      }
    });
    document.body.append(bar);
    setTimeout(() => bar.remove(), 30_000);
  }
  offerBack();

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    if (button.dataset.copiar) take(button, button.dataset.copiar);
    if (button.dataset.bajar) {
      button.closest("details")?.removeAttribute("open");
      take(button, button.dataset.bajar);
    }
    if (button.dataset.firmar) sign();
    if (button.dataset.descartar) discard();
    if (button.dataset.cerrar) button.closest("dialog")?.close();
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  copiloto.firma = { dialog, signer, prove, buttons, blank, failed };
})();
