// The session in the browser: the CSRF token on every request, who is signed in, the lock after idle time.
// Loaded before Gradio, so that its requests pass through here.
"use strict";

(() => {
  const cookie = (name) => {
    for (const part of document.cookie.split("; ")) {
      const at = part.indexOf("=");
      if (part.slice(0, at) === name || part.slice(0, at) === `__Host-${name}`) return decodeURIComponent(part.slice(at + 1).replace(/^"|"$/g, ""));
    }
    return "";
  };
  const native = window.fetch.bind(window);
  const own = (url) => new URL(url, location.href).origin === location.origin;

  window.fetch = async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    const method = (init.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
    if (!own(url) || method === "GET" || method === "HEAD") return native(input, init);
    const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set("X-CSRF-Token", cookie("copiloto_csrf"));
    const answer = await native(input, { ...init, headers });
    if (answer.status === 401) lock(answer.headers.get("X-Sesion") === "bloqueada");
    return answer;
  };

  let who = null;
  let busy = false; // someone moved since the server last heard of it
  let told = Date.now();

  async function ask() {
    let answer;
    try {
      answer = await native("/sesion", { headers: { Accept: "application/json" }, cache: "no-store" });
    } catch {
      return; // the program is down: the page says so on its own
    }
    if (answer.status === 401) {
      lock(answer.headers.get("X-Sesion") === "bloqueada");
    } else if (answer.ok) {
      const first = who === null;
      const now = await answer.json();
      if (!first && now.usuario !== who.usuario) {
        location.assign("/"); // somebody else signed in with this browser: the page is not theirs
        return;
      }
      who = now;
      unlock();
      warn(who.inactividad_s);
      if (first) show();
    }
  }

  async function alive() {
    if (!busy || document.querySelector("#candado[open]")) return;
    busy = false;
    told = Date.now();
    try {
      await window.fetch("/sesion", { method: "POST" });
      warn(Infinity);
    } catch {
      busy = true;
    }
  }

  for (const kind of ["keydown", "pointerdown", "wheel"]) {
    addEventListener(kind, () => {
      busy = true;
      if (Date.now() - told > 45_000) alive();
    }, { capture: true, passive: true });
  }

  function warn(seconds) {
    let note = document.getElementById("aviso-sesion");
    if (seconds > 90) {
      note?.remove();
      return;
    }
    if (!note) {
      note = document.createElement("div");
      note.id = "aviso-sesion";
      note.setAttribute("role", "status");
      document.body.append(note);
    }
    note.textContent = "La sesión se bloqueará por inactividad; mueva el ratón o escriba para seguir.";
  }

  // The identity provider in a small window, while this page keeps its work. ``done``: asked until it says true.
  function elsewhere(done) {
    const small = window.open("/entrar/institucional?de_nuevo=1", "copiloto-identidad", "popup,width=520,height=640");
    if (!small) return false;
    const again = setInterval(async () => {
      try {
        if (await done()) clearInterval(again);
      } catch {
        // asked again in a moment
      }
    }, 1500);
    return true;
  }

  // --- lock -------------------------------------------------------------------------------------------------
  function lock(idle) {
    if (document.getElementById("candado")?.open) return;
    document.getElementById("candado")?.remove();
    const box = document.createElement("dialog");
    box.id = "candado";
    box.setAttribute("aria-labelledby", "candado-titulo");
    const title = idle ? "Sesión bloqueada" : "La sesión terminó";
    const outside = Boolean(who?.institucional);
    const words = outside
      ? "Confirme quién es con su cuenta institucional, en la ventana que se abrirá. Su trabajo sigue en esta página."
      : idle
      ? "Pasó un rato sin actividad. Su trabajo sigue aquí; escriba su contraseña para continuar."
      : "Entre de nuevo para continuar. Lo que escribió sigue en esta página.";
    box.innerHTML = `<form><h2 id="candado-titulo">${title}</h2><p>${words}</p><p class="error" role="alert" hidden></p>
      <label for="candado-usuario">Usuario</label><input id="candado-usuario" autocomplete="username" required>
      <label for="candado-clave">Contraseña</label><input id="candado-clave" type="password" autocomplete="current-password" required>
      <div class="botones"><button class="principal">Continuar</button><button type="button" data-irse>Salir</button></div></form>`;
    document.body.append(box);
    const name = box.querySelector("#candado-usuario");
    name.value = who?.usuario ?? "";
    name.readOnly = Boolean(who);
    box.addEventListener("cancel", (event) => event.preventDefault());
    box.addEventListener("keydown", (event) => event.stopPropagation());
    box.querySelector("[data-irse]").addEventListener("click", () => leave());
    if (outside) {
      for (const one of box.querySelectorAll("label, input")) one.remove();
      box.querySelector(".principal").textContent = "Continuar con la cuenta institucional";
    }
    box.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const error = box.querySelector(".error");
      if (outside) {
        error.hidden = elsewhere(async () => {
          await ask();
          return !box.isConnected;
        });
        error.textContent = "El navegador no permitió abrir la ventana. Permita las ventanas emergentes de esta página.";
        return;
      }
      const body = new URLSearchParams({ usuario: name.value, contrasena: box.querySelector("#candado-clave").value });
      let message = "No se pudo conectar con el programa.";
      try {
        const answer = await native("/entrar", { method: "POST", body, headers: { Accept: "application/json" } });
        if (answer.ok) {
          await ask();
          if (who) return;
        }
        message = (await answer.json()).error ?? message;
      } catch {
        // the message above
      }
      error.textContent = message;
      error.hidden = false;
      box.querySelector("#candado-clave").select();
    });
    box.showModal();
    (outside ? box.querySelector(".principal") : who ? box.querySelector("#candado-clave") : name).focus();
  }

  function unlock() {
    const box = document.getElementById("candado");
    if (!box) return;
    box.close();
    box.remove();
  }

  // --- who --------------------------------------------------------------------------------------------------
  const LABEL = { medico: "Médico", comision: "Comisión", evaluador: "Evaluador", administrador: "Usuarios" };

  async function leave() {
    try {
      await native("/salir", { method: "POST", headers: { "X-CSRF-Token": cookie("copiloto_csrf") }, redirect: "manual" });
    } finally {
      location.assign("/entrar");
    }
  }

  function show() {
    const place = document.querySelector(".cabecera > div:last-child");
    if (!who || !place || document.getElementById("quien")) return;
    const bar = document.createElement("nav");
    bar.id = "quien";
    bar.setAttribute("aria-label", "Cuenta");
    if (who.paginas.length > 1) {
      for (const one of who.paginas) {
        const link = document.createElement("a");
        link.href = one.ruta;
        link.textContent = LABEL[one.nombre] ?? one.nombre;
        if (location.pathname.startsWith(one.ruta)) {
          link.className = "aqui";
          link.setAttribute("aria-current", "page");
        }
        bar.append(link);
      }
    }
    const account = document.createElement("a");
    account.href = "/clave";
    account.textContent = who.nombre;
    account.title = "Cambiar la contraseña";
    const out = document.createElement("button");
    out.type = "button";
    out.textContent = "Salir";
    out.addEventListener("click", leave);
    bar.append(account, out);
    place.append(bar);
  }

  window.copilotoSesion = { elsewhere };

  addEventListener("DOMContentLoaded", () => {
    ask();
    new MutationObserver(show).observe(document.body, { childList: true, subtree: true });
    setInterval(ask, 30_000);
    setInterval(alive, 30_000);
  });
})();
