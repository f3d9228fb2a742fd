// Sound that is played while it is still being spoken: bare samples, 16 bits, as they come.

import { open } from "./api.js";

const HZ = 24000;
const AHEAD_S = 0.12;

let current = null; // one at a time

/** Speak now; resolves when all has been heard, or when it was stopped. Raises Refusal. */
export async function speakNow(body, { signal, begun = () => {} }) {
  stopLive();
  const stopping = new AbortController();
  signal.addEventListener("abort", () => stopping.abort());
  const context = new AudioContext({ sampleRate: HZ });
  current = { stopping, context };
  try {
    await play(body, context, stopping.signal, begun);
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  } finally {
    if (current?.context === context) current = null;
    await context.close();
  }
}

/** Be silent. */
export function stopLive() {
  current?.stopping.abort();
  current = null;
}

async function play(body, context, signal, begun) {
  const answer = await open("POST", "/speech", { json: { ...body, format: "pcm", sample_rate_hz: HZ }, signal });
  const reader = answer.body.getReader();
  let rest = new Uint8Array(0);
  let endS = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const bytes = joined(rest, value);
    const whole = bytes.length - (bytes.length % 2);
    rest = bytes.slice(whole);
    if (!whole) continue;
    if (!endS) begun();
    endS = queue(context, new Int16Array(bytes.buffer.slice(0, whole)), endS);
  }
  await until(context, endS, signal);
}

function joined(one, other) {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Play the samples after what is queued; where that ends, in the context's seconds. */
function queue(context, samples, endS) {
  const buffer = context.createBuffer(1, samples.length, HZ);
  buffer.getChannelData(0).set(Float32Array.from(samples, (value) => value / 32768));
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  const at = Math.max(endS, context.currentTime + AHEAD_S);
  source.start(at);
  return at + buffer.duration;
}

function until(context, endS, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, endS - context.currentTime) * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
