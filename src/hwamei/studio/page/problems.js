// What went wrong, in plain words, with what to do.

import { h } from "./dom.js";
import { number, t } from "./i18n.js";

/** Words for a refusal or for the problem of a job, a task or a voice. */
export function words(problem) {
  if (problem.reason) return t.of("reason", problem.reason);
  const code = problem.code ?? "unexpected";
  const said = t.has(`problem.${code}`) ? t.of("problem", code) : t.of("problem", "unexpected");
  return problem.retryAfterS ? `${said} ${t("problem_wait", { seconds: number(problem.retryAfterS) })}` : said;
}

/** The same as a part of the page; what the server says itself can be opened. */
export function note(problem) {
  const detail =
    problem.message &&
    problem.code !== "offline" &&
    h("details", { class: "small" }, h("summary", {}, t("problem_detail")), h("p", { lang: "en" }, problem.message));
  return h("div", { class: "note bad", role: "alert" }, h("b", {}, words(problem)), detail);
}
