// Keeps the run at work up to date; without it a reload does the same.
"use strict";

(() => {
  const box = document.getElementById("trabajo");
  if (!box) return;
  const step = document.getElementById("t-paso");
  const bar = document.getElementById("t-barra");

  async function ask() {
    let answer;
    try {
      answer = await fetch("/evaluacion/estado", { headers: { Accept: "application/json" }, cache: "no-store" });
    } catch {
      return; // the program is down for a moment: ask again
    }
    if (!answer.ok) return;
    const now = await answer.json();
    if (now.corrida !== box.dataset.corrida) {
      location.replace("/evaluacion/");
      return;
    }
    bar.max = Math.max(now.total, 1);
    bar.value = now.hechos;
    if (step.textContent !== now.paso) step.textContent = now.paso;
  }

  setInterval(ask, 2000);
})();
