// A player: waveform, times, and the words as they are said.

import { button, fill, h, icon } from "./dom.js";
import { clock, t } from "./i18n.js";
import { local } from "./api.js";
import { barsIn, drawWave } from "./waveform.js";
import { peaksOf, samplesOf, withHeader } from "./wav.js";
import { transcript } from "./transcript.js";

const MOST_DRAWN_BYTES = 40 * 1024 * 1024; // more than that takes a browser too much memory as samples
const STEP_S = 5;
let playing = null; // one sound at a time

/** A player of `url`, or of `blob`. `cues`: subtitles with the times of words; `label`: what it plays. */
export function player({ url, blob, label, cues = [], slim = false, pcmHz = null, signal }) {
  const audio = new Audio();
  audio.preload = "metadata";
  const canvas = h("canvas");
  const wave = h(
    "div",
    {
      class: "wave",
      role: "slider",
      tabindex: 0,
      "aria-label": t("player.place", { what: label }),
      "aria-valuemin": 0,
      "aria-valuenow": 0,
      "aria-valuemax": 0,
      "aria-valuetext": clock(0),
    },
    canvas,
  );
  const toggle = button(t("player.play", { what: label }), {
    round: true,
    picture: "play",
    kind: slim ? "" : "main",
    onclick: turn,
  });
  const time = h("time", {}, clock(0));
  const text = cues.length
    ? transcript(cues, (seconds) => {
        seek(seconds);
        audio.play();
      })
    : null;
  const element = h(
    "div",
    { class: slim ? "player slim" : "player" },
    h("div", { class: "line" }, toggle, wave, time),
    text?.element,
  );
  let peaks = null;
  let durationS = cues.at(-1)?.end ?? 0;

  audio.addEventListener("loadedmetadata", () => {
    if (Number.isFinite(audio.duration)) durationS = audio.duration;
    show();
  });
  audio.addEventListener("play", () => {
    if (playing && playing !== audio) playing.pause();
    playing = audio;
    face("pause");
    tick();
  });
  audio.addEventListener("pause", () => face("play"));
  audio.addEventListener("ended", () => {
    audio.currentTime = 0;
    show();
  });
  audio.addEventListener("seeked", show);
  audio.addEventListener("error", () => fill(time, t("player.broken")));
  wave.addEventListener("pointerdown", (event) => {
    wave.setPointerCapture(event.pointerId);
    seekTo(event);
  });
  wave.addEventListener("pointermove", (event) => {
    if (event.buttons) seekTo(event);
  });
  wave.addEventListener("keydown", byKey);
  const resized = new ResizeObserver(() => draw(true));
  resized.observe(wave);
  window.addEventListener("hwamei:colours", show, { signal });
  signal?.addEventListener("abort", () => {
    audio.pause();
    resized.disconnect();
  });
  load();

  async function load() {
    try {
      const content = blob ?? (await bytes(local(url)));
      const found = content && pcmHz ? withHeader(new Int16Array(await content.arrayBuffer()), pcmHz) : content;
      audio.src = found && (blob || pcmHz) ? URL.createObjectURL(found) : local(url);
      if (!found) return;
      element.samples = await samplesOf(await found.arrayBuffer());
      if (!durationS) durationS = element.samples.length / 24000;
      draw(true);
    } catch {
      audio.src ||= url ? local(url) : ""; // it may still play, without a picture
    }
  }

  function turn() {
    if (audio.paused) audio.play().catch(() => fill(time, t("player.broken")));
    else audio.pause();
  }

  function face(name) {
    toggle.replaceChildren(icon(name));
    const words = t(name === "play" ? "player.play" : "player.pause", { what: label });
    toggle.setAttribute("aria-label", words);
    toggle.title = words;
  }

  function tick() {
    show();
    if (!audio.paused && !signal?.aborted) requestAnimationFrame(tick);
  }

  function show() {
    time.textContent = `${clock(audio.currentTime)} / ${clock(durationS)}`;
    wave.setAttribute("aria-valuemax", Math.round(durationS));
    wave.setAttribute("aria-valuenow", Math.round(audio.currentTime));
    wave.setAttribute("aria-valuetext", `${clock(audio.currentTime)} / ${clock(durationS)}`);
    text?.say(audio.currentTime, !audio.paused || audio.currentTime > 0);
    draw(false);
  }

  function draw(anew) {
    if (anew && element.samples) peaks = peaksOf(element.samples, barsIn(canvas));
    drawWave(canvas, peaks ?? new Float32Array(barsIn(canvas)), durationS ? audio.currentTime / durationS : 0);
  }

  function seek(seconds) {
    audio.currentTime = Math.max(0, Math.min(durationS, seconds));
    show();
  }

  function seekTo(event) {
    const box = wave.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * durationS);
  }

  function byKey(event) {
    const steps = { ArrowRight: STEP_S, ArrowUp: STEP_S, ArrowLeft: -STEP_S, ArrowDown: -STEP_S };
    if (event.key in steps) seek(audio.currentTime + steps[event.key]);
    else if (event.key === "Home") seek(0);
    else if (event.key === "End") seek(durationS);
    else if (event.key === " " || event.key === "Enter") turn();
    else return;
    event.preventDefault();
  }

  return { element, audio, seek };
}

async function bytes(address) {
  const answer = await fetch(address);
  if (!answer.ok || Number(answer.headers.get("Content-Length")) > MOST_DRAWN_BYTES) return null;
  return answer.blob();
}
