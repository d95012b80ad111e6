// Runs beside the page: hands over what the microphone gives, in pieces of about 0.1 s.
"use strict";

class Voz extends AudioWorkletProcessor {
  constructor() {
    super();
    this.kept = new Float32Array(1600);
    this.at = 0;
  }

  process([input]) {
    for (const sample of input[0] ?? []) {
      this.kept[this.at++] = sample;
      if (this.at === this.kept.length) {
        this.port.postMessage(this.kept.slice());
        this.at = 0;
      }
    }
    return true;
  }
}

registerProcessor("voz", Voz);
