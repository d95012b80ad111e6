// Dictation: microphone or audio file → a proposal the physician reads before it goes into the text.
// Stands alone: it puts its own button into the toolbar (.utiles) and its own panel into the page.
"use strict";

(() => {
  const RATE = 16000;
  const LIMIT = 10_000_000; // bytes the server takes
  const QUIET = 0.012; // loudness under which nobody speaks
  const PAUSE = 8; // tenths of a second of silence that end a phrase
  const LONGEST = 200; // tenths of a second of one phrase

  const LABEL = {
    confianza: "se oyó con poca claridad", numero: "número", dosis: "dosis o frecuencia", farmaco: "medicamento",
  };
  let voice = null; // { context, stream, node } while the microphone is open
  let paused = false;
  let phrase = [];
  let spoken = 0;
  let silent = 0;
  let sending = Promise.resolve();
  let waiting = 0;
  let controller = null;

  const $ = (selector) => document.querySelector(selector);

  // --- panel ------------------------------------------------------------------------------------------------
  function panel() {
    let box = $("#dictado");
    if (box) return box;
    box = document.createElement("section");
    box.id = "dictado";
    box.setAttribute("aria-labelledby", "dictado-titulo");
    box.innerHTML = `<div class="dictado-cabeza"><h2 id="dictado-titulo">Dictado</h2>
      <span id="dictado-estado" role="status"></span><button type="button" data-dictado="cerrar">Cerrar</button></div>
      <div class="dictado-mandos"><button type="button" data-dictado="grabar" class="dictado-rojo">Grabar</button>
      <button type="button" data-dictado="pausa" hidden>Pausa</button>
      <button type="button" data-dictado="archivo">Abrir audio…</button>
      <input type="file" id="dictado-archivo" accept="audio/*,.wav,.mp3,.m4a,.ogg,.webm,.flac" hidden>
      <meter id="dictado-nivel" min="0" max="0.3" value="0" aria-label="Volumen" hidden></meter></div>
      <div id="dictado-texto" contenteditable="true" role="textbox" aria-multiline="true" spellcheck="false"
        aria-label="Lo que se oyó; corríjalo antes de pasarlo al texto" data-vacio="Aquí aparecerá lo que se oiga. Es una propuesta: léala antes de usarla."></div>
      <p id="dictado-revisar" class="tenue"></p>
      <div class="dictado-mandos"><button type="button" data-dictado="pasar" class="dictado-principal" disabled>Pasar al texto</button>
      <button type="button" data-dictado="revisar" disabled>Revisar marcas</button>
      <button type="button" data-dictado="borrar" disabled>Descartar</button></div>
      <p class="tenue">El audio se oye en este equipo y no se guarda. Revise números, dosis y medicamentos: pulse cada marca para darla por vista.</p>`;
    ($("#izquierda") ?? document.body).prepend(box);
    box.querySelector("#dictado-texto").addEventListener("input", count);
    return box;
  }

  function say(words) {
    const line = $("#dictado-estado");
    if (line) line.textContent = words;
  }

  function count() {
    const area = $("#dictado-texto");
    const left = area.querySelectorAll(".por-ver").length;
    const some = Boolean(area.textContent.trim());
    $("#dictado-revisar").textContent = !some ? "" : left ? `Por revisar: ${left} ${left === 1 ? "marca" : "marcas"}.` : "Todo lo marcado está visto.";
    $("[data-dictado=pasar]").disabled = !some || waiting > 0;
    $("[data-dictado=borrar]").disabled = !some;
    const check = $("[data-dictado=revisar]");
    check.disabled = !left;
    check.textContent = area.querySelector("mark.actual") ? "Visto, siguiente" : "Revisar marcas";
  }

  function pieces(row) {
    const out = document.createElement("span");
    for (const one of row.pieces) {
      if (out.lastChild && !one.glued && !out.textContent.endsWith("\n") && !one.text.startsWith("\n")) out.append(" ");
      if (!one.marks.length) {
        out.append(one.text);
        continue;
      }
      const mark = document.createElement("mark");
      mark.className = "por-ver " + one.marks.join(" ");
      mark.textContent = one.text;
      const why = one.marks.map((name) => LABEL[name] ?? name).join(", ");
      mark.title = one.hint ? `${why}; ${one.hint}` : why;
      if (one.hint) mark.dataset.duda = one.hint;
      out.append(mark);
    }
    return out;
  }

  function place() {
    const area = $("#dictado-texto");
    const spot = document.createElement("span");
    spot.className = "llega";
    if (area.childNodes.length) area.append(" "); // also after a phrase that is still being heard
    area.append(spot);
    return spot;
  }

  // --- to the server -----------------------------------------------------------------------------------------
  function send(blob) {
    waiting += 1;
    const spot = place();
    const mine = (controller ??= new AbortController());
    sending = sending.then(() => hear(blob, spot, mine.signal)).finally(() => {
      waiting -= 1;
      if (!waiting) say(voice ? (paused ? "En pausa" : "Grabando") : "");
      count();
    });
    return sending;
  }

  async function hear(blob, spot, signal) {
    if (signal.aborted) return;
    say("Oyendo…");
    try {
      const answer = await fetch("/api/v1/dictate", {
        method: "POST", body: blob, signal,
        headers: { Accept: "application/x-ndjson", "Content-Type": "application/octet-stream" },
      });
      if (!answer.ok) throw new Error((await answer.json()).error);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let kept = "";
      for (;;) {
        const { value, done } = await reader.read();
        kept += value ?? "";
        const lines = kept.split("\n");
        kept = lines.pop();
        for (const line of lines) row(JSON.parse(line), spot);
        if (done) break;
      }
    } catch (error) {
      if (signal.aborted) return;
      spot.remove();
      // A phrase without words (a cough, a chair) is no mistake of the physician's.
      const words = error instanceof TypeError ? "No se pudo conectar con el programa." : error.message;
      if (!voice) say(words);
      $("#dictado-revisar").textContent = voice ? "" : words;
    }
  }

  function row(one, spot) {
    if (one.error) throw new Error(one.error);
    if (one.espera) say(`En espera: ${one.espera} antes`);
    if (one.parcial) {
      spot.replaceChildren(pieces(one.parcial));
      say(`Oyendo: ${Math.round(one.hasta)} de ${Math.round(one.parcial.seconds)} s`);
    }
    if (one.listo) {
      spot.replaceChildren(pieces(one.listo));
      spot.className = "";
    }
    count();
  }

  // --- microphone --------------------------------------------------------------------------------------------
  async function record() {
    if (voice) return stop();
    if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) {
      return say("Este navegador no deja usar el micrófono aquí (hace falta HTTPS). Puede abrir un archivo de audio.");
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true, echoCancellation: true } });
      const context = new AudioContext({ sampleRate: RATE });
      await context.audioWorklet.addModule("/recursos/dictado-voz.js");
      const node = new AudioWorkletNode(context, "voz", { numberOfOutputs: 0 });
      context.createMediaStreamSource(stream).connect(node);
      node.port.onmessage = (event) => take(event.data);
      voice = { context, stream, node };
    } catch (error) {
      return say(error.name === "NotFoundError" ? "No hay micrófono en este equipo." : "No se dio permiso de usar el micrófono.");
    }
    paused = false;
    buttons();
    say("Grabando");
  }

  function take(samples) {
    if (!voice || paused) return;
    let sum = 0;
    for (const one of samples) sum += one * one;
    const loud = Math.sqrt(sum / samples.length);
    $("#dictado-nivel").value = loud;
    if (loud > QUIET) {
      spoken += 1;
      silent = 0;
    } else {
      silent += 1;
    }
    phrase.push(samples);
    if (!spoken && phrase.length > 3) phrase.shift(); // keeps 0.3 s before the first word
    if ((spoken > 3 && silent >= PAUSE) || phrase.length >= LONGEST) flush();
  }

  function flush() {
    const enough = spoken > 3;
    const samples = phrase;
    phrase = [];
    spoken = silent = 0;
    if (enough) send(wav(samples));
  }

  function stop() {
    if (!voice) return;
    for (const track of voice.stream.getTracks()) track.stop();
    voice.context.close();
    voice = null;
    paused = false;
    flush();
    buttons();
    say(waiting ? "Oyendo…" : "");
  }

  function pause() {
    paused = !paused;
    if (paused) flush();
    buttons();
    say(paused ? "En pausa" : "Grabando");
  }

  function buttons() {
    const start = $("[data-dictado=grabar]");
    start.textContent = voice ? "Terminar" : "Grabar";
    start.setAttribute("aria-pressed", String(Boolean(voice)));
    $("[data-dictado=pausa]").hidden = !voice;
    $("[data-dictado=pausa]").textContent = paused ? "Seguir" : "Pausa";
    $("#dictado-nivel").hidden = !voice;
  }

  function wav(blocks) {
    const size = blocks.reduce((sum, one) => sum + one.length, 0);
    const view = new DataView(new ArrayBuffer(44 + 2 * size));
    const words = (at, text) => [...text].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
    words(0, "RIFF");
    view.setUint32(4, 36 + 2 * size, true);
    words(8, "WAVEfmt ");
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, 1, true);
    view.setUint32(24, RATE, true);
    view.setUint32(28, 2 * RATE, true);
    view.setUint16(32, 2, true);
    view.setUint16(34, 16, true);
    words(36, "data");
    view.setUint32(40, 2 * size, true);
    let at = 44;
    for (const block of blocks) {
      for (const one of block) {
        view.setInt16(at, Math.max(-1, Math.min(1, one)) * 32767, true);
        at += 2;
      }
    }
    return new Blob([view], { type: "audio/wav" });
  }

  // --- into the text -----------------------------------------------------------------------------------------
  function pass() {
    const box = $("#texto textarea");
    const said = $("#dictado-texto").innerText.replace(/\u00a0/g, " ").replace(/[ \t]+\n/g, "\n").trim();
    if (!box || !said) return;
    const left = $("#dictado-texto").querySelectorAll(".por-ver").length;
    if (left && !confirm(`Quedan ${left} marcas sin revisar. ¿Pasar el dictado al texto así?`)) return;
    $("#tab-escribir")?.click();
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    const gap = !box.value.trim() ? "" : /\n$/.test(box.value) ? "" : "\n";
    // Keeps the browser's own undo (Ctrl+Z), unlike an assignment.
    if (!document.execCommand("insertText", false, gap + said)) box.value += gap + said;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    clear();
    say("El dictado está en el texto; ya puede estructurar.");
  }

  // With the keyboard: one mark after the other, each read out with its reason.
  function review() {
    const area = $("#dictado-texto");
    area.querySelector("mark.actual")?.classList.remove("por-ver", "actual");
    const one = area.querySelector("mark.por-ver");
    one?.classList.add("actual");
    one?.scrollIntoView({ block: "nearest" });
    say(one ? `${one.textContent}: ${one.title}` : "");
    count();
  }

  function clear() {
    controller?.abort();
    controller = null;
    $("#dictado-texto").replaceChildren();
    count();
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.("#dictado-texto mark");
    if (mark) {
      mark.classList.toggle("por-ver");
      mark.classList.remove("actual");
      return count();
    }
    const button = event.target.closest?.("[data-dictar], [data-dictado]");
    if (!button) return;
    if (button.dataset.dictar) {
      const box = panel();
      box.hidden = false;
      box.querySelector("[data-dictado=grabar]").focus();
      return;
    }
    const act = button.dataset.dictado;
    if (act === "grabar") record();
    else if (act === "pausa") pause();
    else if (act === "archivo") $("#dictado-archivo").click();
    else if (act === "pasar") pass();
    else if (act === "revisar") review();
    else if (act === "borrar") clear();
    else if (act === "cerrar") {
      stop();
      $("#dictado").hidden = true;
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.id !== "dictado-archivo" || !event.target.files.length) return;
    const [file] = event.target.files;
    event.target.value = "";
    if (file.size > LIMIT) return say(`El audio pesa ${Math.round(file.size / 1e6)} MB y se aceptan 10. Guárdelo como MP3 o M4A, o en partes.`);
    send(file);
  });

  // --- button in the toolbar ---------------------------------------------------------------------------------
  function hook() {
    const bar = $(".utiles");
    if (!bar || bar.querySelector("[data-dictar]")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.dictar = "1";
    button.textContent = "Dictar";
    bar.prepend(button);
  }

  addEventListener("DOMContentLoaded", () => {
    hook();
    new MutationObserver(hook).observe(document.body, { childList: true, subtree: true });
  });
})();
