// What is said, word by word: the word that is heard is marked, and a click on a word leads to it.

import { h } from "./dom.js";
import { t } from "./i18n.js";

const HAN = /\p{Script=Han}/u;

/** The cues as words; `jump` is called with where a word begins. One is reached by Tab, the others by arrows. */
export function transcript(cues, jump) {
  const words = [];
  const lines = cues.map((cue) => h("span", { class: "cue", lang: HAN.test(cue.text) ? "zh-CN" : "en" }, parts(cue)));
  const element = h(
    "div",
    { class: "transcript", role: "group", "aria-label": t("player.words"), onkeydown: move },
    lines,
  );
  let said = -1;
  let reached = 0;
  if (words.length) words[0].button.tabIndex = 0;

  function parts(cue) {
    const found = [];
    let at = 0;
    for (const word of cue.words) {
      const place = cue.text.indexOf(word.text, at);
      if (place > at) found.push(cue.text.slice(at, place));
      if (place >= 0) at = place + word.text.length;
      found.push(one(word));
    }
    return [...found, cue.text.slice(at), " "];
  }

  function one(word) {
    const index = words.length;
    const made = h(
      "button",
      {
        type: "button",
        class: "word",
        tabindex: -1,
        onclick: () => {
          reach(index);
          jump(word.start);
        },
      },
      word.text,
    );
    words.push({ ...word, button: made });
    return made;
  }

  function reach(index) {
    words[reached].button.tabIndex = -1;
    reached = index;
    words[reached].button.tabIndex = 0;
  }

  function move(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    reach(Math.max(0, Math.min(words.length - 1, reached + steps[event.key])));
    words[reached].button.focus();
  }

  /** Mark the word that is heard now; none where nothing has begun. */
  function say(seconds, begun) {
    const now = begun ? lastBegun(seconds) : -1;
    if (now === said) return;
    words[said]?.button.classList.remove("said");
    words[said]?.button.removeAttribute("aria-current");
    said = now;
    if (now < 0) return;
    words[now].button.classList.add("said");
    words[now].button.setAttribute("aria-current", "true");
    intoView(words[now].button);
  }

  function lastBegun(seconds) {
    let low = 0;
    let high = words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (words[middle].start <= seconds) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  function intoView(word) {
    const top = word.offsetTop - element.offsetTop;
    if (top < element.scrollTop || top + word.offsetHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top - element.clientHeight / 3;
    }
  }

  return { element, say };
}
