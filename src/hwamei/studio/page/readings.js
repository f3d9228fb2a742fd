// A text as it will be read: pinyin above the characters, and behind each word what else it could be.

import { button, field, fill, h, select } from "./dom.js";
import { number, t } from "./i18n.js";
import { post } from "./api.js";
import { ask } from "./dialog.js";
import { withTone } from "./pinyin.js";
import { note } from "./problems.js";

const PAUSES_MS = [300, 500, 1000, 2000];
const WAIT_MS = 500;

/** A view of `text()`; `write` is called with the text after a reading or a pause was put into it. */
export function readings({ text, language, write, signal }) {
  const place = h("div", { class: "readings", role: "group", "aria-label": t("readings.title") });
  let timer = 0;
  let asked = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));

  /** Look again, soon. */
  function later() {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  }

  async function look() {
    const mine = ++asked;
    const given = text();
    if (!given.trim()) return fill(place, h("span", { class: "hint" }, t("readings.empty")));
    try {
      const found = await post("/readings", { text: given, language: language() || null });
      if (mine === asked) fill(place, parts([...given], found));
    } catch (error) {
      if (mine === asked) fill(place, note(error));
    }
    return undefined;
  }

  function parts(characters, found) {
    const places = [...found.words.map((word) => ({ ...word, word: true })), ...found.markups].sort(
      (one, other) => one.start - other.start,
    );
    const shown = [];
    let at = 0;
    for (const each of places) {
      if (each.start > at) shown.push(characters.slice(at, each.start).join(""));
      if (each.start < at && each.word) continue;
      shown.push(each.word ? wordButton(each, found, characters) : chip(each, characters));
      at = Math.max(at, each.end);
    }
    shown.push(characters.slice(at).join(""));
    return shown;
  }

  function wordButton(word, found, characters) {
    const set = markupOf(word, found);
    const above =
      word.language === "zh" ? word.reading.map(withTone).join(" ") : word.spoken === word.text ? "" : word.spoken;
    return h(
      "button",
      {
        type: "button",
        class: set ? "word set" : "word",
        lang: word.language === "zh" ? "zh-CN" : "en",
        onclick: () => choose(word, found, characters),
      },
      h("ruby", {}, word.text, h("rt", {}, above)),
    );
  }

  function chip(markup, characters) {
    if (markup.kind !== "pause") return null;
    const words = t("readings.pause_of", { seconds: number(parseInt(markup.value, 10) / 1000, 1) });
    const drop = () => change([...characters.slice(0, markup.start), ...characters.slice(markup.end)]);
    return h(
      "button",
      { type: "button", class: "word chip", onclick: drop, "aria-label": t("readings.remove_pause", { pause: words }) },
      words,
    );
  }

  async function choose(word, found, characters) {
    const options = word.choices.map((reading, index) =>
      h(
        "label",
        { class: "choice" },
        h("input", { type: "radio", name: "reading", value: reading, checked: index === 0 }),
        h("span", { lang: "zh-Latn" }, withTone(reading)),
      ),
    );
    const other = h("input", { type: "text", autocomplete: "off", spellcheck: "false" });
    const pause = select(
      [
        ["", t("readings.no_pause")],
        ...PAUSES_MS.map((ms) => [`${ms}ms`, t("readings.pause_of", { seconds: number(ms / 1000, 1) })]),
      ],
      "",
    );
    const set = markupOf(word, found);
    const isChinese = word.choices.length > 0;
    const content = [
      isChinese && h("div", { class: "choices", role: "radiogroup", "aria-label": t("readings.title") }, options),
      isChinese
        ? field(t("readings.other"), other, t("readings.other_hint"))
        : field(t("readings.say"), other, t("readings.say_hint")),
      field(t("readings.pause"), pause),
      set &&
        button(t("readings.remove"), {
          onclick: (event) => {
            change([...characters.slice(0, set.start), ...characters.slice(set.end)]);
            event.target.closest("dialog").close();
          },
        }),
    ];
    await ask({
      title: t("readings.how", { word: word.text }),
      content,
      yes: t("readings.insert"),
      act: async () => insert(word, found, characters),
    });

    async function insert() {
      const chosen = document.querySelector("dialog [name=reading]:checked")?.value;
      const reading = isChinese ? other.value.trim() || (chosen === word.reading[0] ? "" : chosen) : "";
      const after = characters.slice();
      if (pause.value) after.splice(set && set.end > word.end ? set.end : word.end, 0, `[[pause:${pause.value}]]`);
      if (isChinese && reading) withReading(after, word, set, reading);
      else if (!isChinese && other.value.trim())
        after.splice(set?.start ?? word.end, set ? set.end - set.start : 0, `[[say:${other.value.trim()}]]`);
      const wanted = after.join("");
      // What cannot be read is refused here, and not when it is spoken.
      await post("/readings", { text: wanted, language: language() || null });
      change([wanted]);
      return true;
    }
  }

  function change(characters) {
    write(characters.join(""));
    look();
  }

  return { element: place, later, look };
}

/** The reading given to a word: `[[pinyin:…]]` belongs to as many characters before it as it has syllables. */
function markupOf(word, found) {
  for (const markup of found.markups) {
    if (markup.kind === "pause") continue;
    const characters = markup.kind === "pinyin" ? markup.value.split(" ").length : 0;
    const covers = characters
      ? word.start >= markup.start - characters && word.end <= markup.start
      : word.end === markup.start || word.end === markup.end;
    if (covers) return markup;
  }
  return null;
}

function withReading(characters, word, set, reading) {
  if (!set) {
    characters.splice(word.end, 0, `[[pinyin:${reading}]]`);
    return;
  }
  const syllables = set.value.split(" ");
  syllables[syllables.length - (set.start - word.start)] = reading;
  characters.splice(set.start, set.end - set.start, `[[pinyin:${syllables.join(" ")}]]`);
}
