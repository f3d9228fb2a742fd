// One paragraph: its voice, its language, its words, and a sentence of it to hear at once.

import { button, fill, h, select } from "./dom.js";
import { number, t } from "./i18n.js";
import { speakNow, stopLive } from "./live.js";
import { note } from "./problems.js";
import { readings } from "./readings.js";

const HAN = /\p{Script=Han}/gu;
const LATIN = /[A-Za-z]+/g;
const MARKUP = /\[\[[a-z]+:[^\]]*\]\]/g;
const ENDS = /[。！？!?…\n]+|\.(?=\s|$)/g;

/** The part of the page for one paragraph; `changed` is called when anything of it is. */
export function segmentEditor({ segment, number: count, people, draft, changed, remove, signal }) {
  const text = h("textarea", { id: `text-${count}`, rows: 5, value: segment.text, oninput: typed });
  const voice = select([], "", {
    "aria-label": t("speak.voice_of", { number: count }),
    onchange: () => {
      segment.voice = voice.value;
      changed();
    },
  });
  fill(voice, voiceOptions(people, segment.voice));
  const language = select(
    [
      ["", t("speak.language_auto")],
      ["zh", t.of("language", "zh")],
      ["en", t.of("language", "en")],
    ],
    segment.language,
    {
      "aria-label": t("speak.language_of", { number: count }),
      onchange: () => {
        segment.language = language.value;
        typed();
      },
    },
  );
  const facts = h("span", { class: "hint", id: `facts-${count}` });
  const failed = h("div");
  const view = readings({
    text: () => text.value,
    language: () => language.value,
    write: (written) => {
      text.value = written;
      typed();
    },
    signal,
  });
  const panel = h(
    "div",
    { hidden: true, class: "stack" },
    h("p", { class: "hint" }, t("readings.about")),
    view.element,
  );
  const toggle = button(t("readings.title"), {
    picture: "pen",
    "aria-pressed": "false",
    "aria-expanded": "false",
    onclick: () => unfold(panel.hidden),
  });
  const hear = button(t("speak.hear"), { picture: "play", onclick: listen });
  text.setAttribute("aria-describedby", facts.id);
  let isSpeaking = false;
  show();

  return h(
    "section",
    { class: "segment", "aria-label": t("speak.paragraph", { number: count }) },
    h("div", { class: "with" }, voice, language),
    h("label", { for: text.id, class: "unseen" }, t("speak.text_of", { number: count })),
    text,
    h(
      "div",
      { class: "row between" },
      facts,
      h(
        "div",
        { class: "row" },
        hear,
        toggle,
        remove &&
          button(t("speak.remove", { number: count }), { round: true, kind: "plain", picture: "bin", onclick: remove }),
      ),
    ),
    failed,
    panel,
  );

  function typed() {
    segment.text = text.value;
    show();
    if (!panel.hidden) view.later();
    changed();
  }

  function show() {
    const found = segment.language || guessed(text.value);
    text.lang = found === "zh" ? "zh-CN" : "en";
    facts.textContent = `${t("speak.characters", { count: number([...text.value].length) })} · ${found ? t.of("language", found) : t("speak.language_auto")}`;
  }

  function unfold(open) {
    panel.hidden = !open;
    toggle.setAttribute("aria-pressed", open);
    toggle.setAttribute("aria-expanded", open);
    if (open) view.look();
  }

  async function listen() {
    if (isSpeaking) return stopLive();
    fill(failed);
    isSpeaking = true;
    hear.querySelector("span").textContent = t("speak.hear_stop");
    try {
      const body = {
        text: sentenceAt(text.value, text.selectionStart),
        voice: voice.value,
        speed: draft.speed,
        pitch_semitones: draft.pitch,
      };
      await speakNow(
        { ...body, language: language.value || null },
        {
          signal,
          begun: () => {
            hear.dataset.heard = "yes";
          },
        },
      );
    } catch (error) {
      fill(failed, note(error));
    }
    isSpeaking = false;
    hear.querySelector("span").textContent = t("speak.hear");
    return undefined;
  }
}

function voiceOptions({ own, presets }, chosen) {
  const one = ([value, words]) => h("option", { value, selected: value === chosen }, words);
  const mine = own.map((voice) => one([voice.id, voice.name]));
  const built = presets.map((preset) =>
    one([preset.name, preset.language ? `${preset.name} · ${t.of("language", preset.language)}` : preset.name]),
  );
  return [
    mine.length > 0 && h("optgroup", { label: t("speak.own_voices") }, mine),
    h("optgroup", { label: t("speak.built_in") }, built),
  ];
}

/** The language that most of the words are in, as the server finds it; "" where there are none. */
export function guessed(text) {
  const plain = text.replace(MARKUP, "");
  const han = (plain.match(HAN) ?? []).length;
  const latin = (plain.match(LATIN) ?? []).length;
  if (!han && !latin) return "";
  return han >= latin ? "zh" : "en";
}

/** The sentence in which the place lies. */
export function sentenceAt(text, place) {
  let start = 0;
  for (const end of [...text.matchAll(ENDS)].map((match) => match.index + match[0].length).concat(text.length)) {
    const sentence = text.slice(start, end).trim();
    if (sentence && end > Math.min(place, text.trimEnd().length - 1)) return sentence;
    start = end;
  }
  return text.trim();
}
