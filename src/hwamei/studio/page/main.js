// The frame: language, colours, where one is, and which view is shown.

import { announce, button, fill, h, icon } from "./dom.js";
import { chooseLanguage, LANGUAGES, speakLanguage, spoken, t } from "./i18n.js";
import { key, signOut } from "./session.js";
import { account } from "./account.js";
import { inspect } from "./inspect.js";
import { newVoice } from "./new_voice.js";
import { note } from "./problems.js";
import { speak } from "./speak.js";
import { task, tasks } from "./tasks.js";
import { voices } from "./voices.js";
import { welcome } from "./welcome.js";

const PLACES = [
  ["voices", voices],
  ["speak", speak],
  ["tasks", tasks],
  ["account", account],
  ["inspect", inspect],
];
const DEEPER = { "voices/new": newVoice };
const THEME = "hwamei.theme";

let leaving = null;
let lost = false; // the key that somebody had is not good any more

async function start() {
  document.documentElement.dataset.theme = localStorage.getItem(THEME) ?? "";
  await speakLanguage();
  window.addEventListener("hashchange", show);
  window.addEventListener("hwamei:signed-out", () => {
    signOut();
    lost = true;
    show();
  });
  await show();
}

/** Show what the address names. A view gets a place and a signal that it is left by; what it listens to ends then. */
async function show() {
  const first = !leaving; // who has just come begins at the top
  leaving?.abort();
  leaving = new AbortController();
  const [place, rest = ""] = location.hash.replace(/^#\/?/, "").split(/\/(.*)/s);
  const invitation = place === "welcome" ? rest : "";
  frame(place);
  const main = document.getElementById("main");
  const signal = leaving.signal;
  const root = h("div", { class: "stack view" });
  fill(main, root);
  try {
    if (!key() || invitation) await welcome(root, { invitation, lost, done: arrive });
    else await viewOf(place, rest)(root, { signal, rest, again: show });
  } catch (error) {
    if (signal.aborted) return;
    if (error.name !== "AbortError") {
      root.append(note(error));
      if (!error.code) console.error(error);
    }
  }
  if (signal.aborted) return;
  const heading = main.querySelector("h1");
  document.title = `${heading?.textContent ?? ""} · Hwamei 画眉`;
  if (heading && !first && document.activeElement === document.body) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

function viewOf(place, rest) {
  if (place === "tasks" && rest) return task;
  return DEEPER[`${place}/${rest}`] ?? PLACES.find(([name]) => name === place)?.[1] ?? voices;
}

function arrive() {
  lost = false;
  history.replaceState(null, "", "#/voices");
  show();
}

function frame(place) {
  for (const each of document.querySelectorAll("[data-t]")) each.textContent = t(each.dataset.t);
  const nav = document.getElementById("nav");
  nav.setAttribute("aria-label", t(nav.dataset.tLabel));
  nav.hidden = !key();
  fill(
    nav,
    PLACES.map(([name]) =>
      h(
        "a",
        { href: `#/${name}`, "aria-current": (place || "voices") === name ? "page" : null },
        icon(name),
        h("span", {}, t.of("nav", name)),
      ),
    ),
  );
  fill(
    document.getElementById("tools"),
    languages(),
    colours(),
    key() &&
      button(t("nav.leave"), {
        round: true,
        picture: "leave",
        kind: "plain",
        onclick: () => {
          signOut();
          location.hash = "#/";
          show();
          announce(t("nav.left"));
        },
      }),
  );
}

function languages() {
  const [other, words] = LANGUAGES.find(([name]) => name !== spoken());
  return h(
    "button",
    {
      type: "button",
      class: "button plain",
      lang: other,
      id: "language",
      onclick: async () => {
        await chooseLanguage(other);
        await show();
        document.getElementById("language").focus();
      },
    },
    words,
  );
}

function colours() {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme || (isDark ? "dark" : "light");
  const other = now === "dark" ? "light" : "dark";
  return button(t.of("theme", other), {
    round: true,
    kind: "plain",
    picture: other,
    id: "theme",
    onclick: () => {
      localStorage.setItem(THEME, other);
      document.documentElement.dataset.theme = other;
      frame(location.hash.replace(/^#\/?/, "").split("/")[0]);
      document.getElementById("theme").focus();
      window.dispatchEvent(new Event("hwamei:colours"));
    },
  });
}

start();
