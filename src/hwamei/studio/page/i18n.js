// The words of the page: one table for each language, and how that language writes figures and times.

export const LANGUAGES = [
  ["zh", "中文"],
  ["en", "English"],
];
const KEPT = "hwamei.language";
const TAGS = { zh: "zh-CN", en: "en" };

let words = {};
let language = "en";

/** The words for a key, with `{name}` filled in. */
export function t(key, given = {}) {
  const found = words[key] ?? key;
  return found.replace(/\{(\w+)\}/g, (_, name) => String(given[name] ?? ""));
}

/** The words for one of a family of values: t.of("job_state", "failed"). */
t.of = (family, value, given = {}) =>
  words[`${family}.${value}`] === undefined ? String(value) : t(`${family}.${value}`, given);

/** Whether there are words for it. */
t.has = (key) => words[key] !== undefined;

/** The language that is spoken: zh, en. */
export function spoken() {
  return language;
}

/** Speak a language from now on: the one that was chosen before, or the browser's. */
export async function speakLanguage(wanted = localStorage.getItem(KEPT) ?? navigator.language) {
  language = String(wanted).toLowerCase().startsWith("zh") ? "zh" : "en";
  const answer = await fetch(`/studio/messages/${language}.json`);
  words = await answer.json();
  document.documentElement.lang = TAGS[language];
}

/** The same, kept for the next time. */
export async function chooseLanguage(wanted) {
  localStorage.setItem(KEPT, wanted);
  await speakLanguage(wanted);
}

/** 12,345 */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(TAGS[language], { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(
    value,
  );
}

/** 21 Nov, 14:05 */
export function moment(iso) {
  return new Intl.DateTimeFormat(TAGS[language], { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

/** 1:05 */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${parts.join(":")}` : `${Number(parts[0])}:${parts[1]}`;
}
