// Runs beside the page, in the thread of the sound: hands on what the microphone hears, 20 ms or more at a time.

class Ear extends AudioWorkletProcessor {
  constructor() {
    super();
    this.kept = new Float32Array(0);
  }

  process([heard]) {
    const samples = heard[0];
    if (!samples) return true;
    const joined = new Float32Array(this.kept.length + samples.length);
    joined.set(this.kept);
    joined.set(samples, this.kept.length);
    this.kept = joined;
    if (joined.length >= sampleRate * 0.02) {
      this.port.postMessage(joined, [joined.buffer]);
      this.kept = new Float32Array(0);
    }
    return true;
  }
}

registerProcessor("ear", Ear);
