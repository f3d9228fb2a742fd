// Recording from the microphone: a text to read aloud, level, waveform, and what is wrong while it can still be mended.

import { announce, button, fill, h, icon, select } from "./dom.js";
import { clock, LANGUAGES, spoken, t } from "./i18n.js";
import { canListen, listen } from "./capture.js";
import { Checks } from "./checks.js";
import { TEXTS } from "./read_aloud.js";
import { drawWave } from "./waveform.js";
import { wavOf } from "./wav.js";

const SHOWN_PIECES = 90;
const LONGEST_S = 300;
const CHECK_MS = 400;

/** The recorder; `made` is called with each recording: a File, and what was found. */
export function recorder({ made, signal }) {
  const place = h("div", { class: "stack" });
  if (!canListen()) return fill(place, h("p", { class: "note" }, t("record.not_here")));
  let language = spoken();
  let page = 0;
  let session = null;
  const text = h("p", { class: "read", tabindex: 0 });
  const begin = button(t("record.begin"), {
    kind: "main",
    picture: "voices",
    onclick: () => (session ? finish() : start()),
  });
  const level = h("i");
  const time = h("span", { class: "rec", hidden: true });
  const canvas = h("canvas");
  const found = h("ul", { class: "checks", "aria-label": t("record.checks") });
  const failed = h("div");
  const meter = h(
    "div",
    {
      class: "meter",
      role: "meter",
      "aria-label": t("record.level"),
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      "aria-valuenow": 0,
    },
    level,
  );
  const languages = select(LANGUAGES, language, {
    "aria-label": t("record.text_language"),
    onchange: (event) => {
      language = event.target.value;
      page = 0;
      showText();
    },
  });
  const live = h("div", { class: "stack", hidden: true }, meter, h("div", { class: "wave live" }, canvas), found);
  signal.addEventListener("abort", () => session?.ear.stop());
  showText();
  return fill(
    place,
    h(
      "div",
      { class: "row between" },
      h("span", { class: "label" }, t("record.read_this")),
      h(
        "div",
        { class: "row" },
        languages,
        button(t("record.other_text"), {
          kind: "plain",
          picture: "again",
          onclick: () => {
            page += 1;
            showText();
          },
        }),
      ),
    ),
    text,
    h("p", { class: "hint" }, t("record.how")),
    failed,
    h("div", { class: "row" }, begin, time),
    live,
  );

  function showText() {
    text.lang = language === "zh" ? "zh-CN" : "en";
    text.textContent = TEXTS[language][page % TEXTS[language].length];
  }

  async function start() {
    fill(failed);
    begin.disabled = true;
    try {
      const pieces = [];
      const ear = await listen((piece) => hear(piece));
      session = { ear, pieces, checks: new Checks(ear.sampleRateHz), peaks: [], timer: setInterval(check, CHECK_MS) };
      begin.replaceChildren(icon("stop"), t("record.end"));
      live.hidden = time.hidden = false;
      announce(t("record.begun"));
    } catch (error) {
      fill(
        failed,
        h(
          "p",
          { class: "note bad", role: "alert" },
          t(error.name === "NotFoundError" ? "record.no_microphone" : "record.not_allowed"),
        ),
      );
    }
    begin.disabled = false;
  }

  function hear(piece) {
    if (!session) return;
    session.pieces.push(piece);
    const dbfs = session.checks.hear(piece);
    const share = Math.max(0, Math.min(1, (dbfs + 60) / 55));
    level.style.transform = `scaleX(${share})`;
    level.classList.toggle("hot", dbfs > -6);
    meter.setAttribute("aria-valuenow", Math.round(share * 100));
    session.peaks.push(Math.min(1, 10 ** (dbfs / 20) * 2));
    const shown = session.peaks.slice(-SHOWN_PIECES);
    drawWave(canvas, [...new Array(SHOWN_PIECES - shown.length).fill(0), ...shown], 0);
    time.textContent = clock(session.checks.lengthS);
    if (session.checks.lengthS >= LONGEST_S) finish();
  }

  function check() {
    if (session) fill(found, checkList(session.checks.found()));
  }

  async function finish() {
    const { ear, pieces, checks, timer } = session;
    session = null;
    clearInterval(timer);
    await ear.stop();
    begin.replaceChildren(icon("voices"), t("record.again"));
    time.hidden = true;
    fill(found, checkList(checks.found()));
    announce(t("record.done", { length: clock(checks.lengthS) }));
    const file = new File([wavOf(pieces, ear.sampleRateHz)], `${t("record.file")}.wav`, { type: "audio/wav" });
    made(file, checks.found());
  }
}

/** What was found, as items of a list. */
export function checkList(found) {
  return found.map(([name, verdict, figures]) => {
    const said = figures.loud ? "too_loud" : `${name}_${verdict}`;
    return h(
      "li",
      { class: verdict, dataset: { check: name, verdict } },
      icon(verdict),
      h("span", {}, t.of("check", said, figures)),
    );
  });
}
