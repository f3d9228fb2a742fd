// "Use this from your program": lines for every API that the server answers to, with the voice and the text on screen.

import { announce, button, fill, h } from "./dom.js";
import { spoken, t } from "./i18n.js";

const LINES = [
  ["curl", "curl"],
  ["python", "Python"],
];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let chosen = "native"; // stays while one writes
let opened = false;

/** The part of the page. `about`: what the server says of itself. */
export function programs(about, { voice, text }) {
  const known = about.dialects.filter((dialect) => dialect.examples);
  const box = h(
    "details",
    {
      class: "card",
      open: opened,
      ontoggle: () => {
        opened = box.open;
      },
    },
    h("summary", {}, t("programs.title")),
  );
  const lines = h("div", { class: "stack" });
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": t("programs.which") });
  add();
  return box;

  function add() {
    if (!known.some((dialect) => dialect.name === chosen)) chosen = known[0]?.name;
    fill(
      tabs,
      known.map((dialect) =>
        button(dialect.examples.title[spoken()], {
          "aria-pressed": String(dialect.name === chosen),
          onclick: () => {
            chosen = dialect.name;
            show();
          },
        }),
      ),
    );
    show();
    box.append(h("div", { class: "stack" }, h("p", { class: "soft small" }, t("programs.about")), tabs, lines));
  }

  function show() {
    for (const [index, tab] of [...tabs.children].entries())
      tab.setAttribute("aria-pressed", String(known[index].name === chosen));
    const dialect = known.find((each) => each.name === chosen);
    if (!dialect) return;
    const isOwn = UUID.test(voice) || dialect.examples.presets;
    fill(
      lines,
      needs(dialect.examples.needs),
      !isOwn && h("p", { class: "note small" }, t("programs.own_only")),
      LINES.map(([kind, title]) => block(title, filled(dialect.examples[kind], { voice, text }))),
    );
  }
}

function needs(names) {
  return h(
    "p",
    { class: "small" },
    t("programs.needs"),
    " ",
    names.map((name, index) => [index ? ", " : "", h("code", {}, name)]),
    ". ",
    t("programs.needs_where"),
  );
}

function block(title, code) {
  const copied = async () => {
    await navigator.clipboard.writeText(code);
    announce(t("common.copied"));
  };
  return h(
    "section",
    { class: "stack", "aria-label": title },
    h(
      "div",
      { class: "row between" },
      h("h3", {}, title),
      button(t("common.copy"), {
        kind: "plain",
        picture: "copy",
        onclick: copied,
        "aria-label": t("programs.copy", { what: title }),
      }),
    ),
    h("pre", { tabindex: 0, "aria-label": title }, h("code", {}, code)),
  );
}

/** The lines with their blanks filled in; a text is written as JSON, which Python reads as well. */
export function filled(lines, { voice, text }) {
  const blanks = {
    base: location.origin,
    voice,
    voice_hex: UUID.test(voice) ? voice.replaceAll("-", "") : voice,
    text: JSON.stringify(text),
  };
  return lines.map((line) => line.replace(/\{\{(\w+)\}\}/g, (_, name) => blanks[name] ?? "")).join("\n");
}
