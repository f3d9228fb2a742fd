// The voices of the app.

import { announce, button, fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { all, send } from "./api.js";
import { note } from "./problems.js";
import { voiceCard } from "./voice_card.js";

/** All voices, the newest first; those that are being trained go on while one looks. */
export async function voices(root, { signal }) {
  const failed = h("div");
  const list = h("ul", { class: "cards" });
  const chooser = h("input", {
    type: "file",
    accept: ".hwamei",
    hidden: true,
    "aria-label": t("voices.import"),
    tabindex: -1,
    onchange: take,
  });
  fill(
    root,
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, t("voices.title")), h("p", { class: "soft" }, t("voices.about"))),
      h(
        "div",
        { class: "row" },
        button(t("voices.import"), { picture: "up", onclick: () => chooser.click() }),
        chooser,
        h("a", { class: "button main", href: "#/voices/new" }, icon("add"), h("span", {}, t("voices.new"))),
      ),
    ),
    failed,
    list,
  );
  await show();

  async function show() {
    const found = await all("/voices");
    if (signal.aborted) return;
    fill(
      list,
      found.map((voice) => h("li", {}, voiceCard(voice, { signal, changed: show }))),
    );
    if (!found.length) fill(list, h("li", {}, empty()));
  }

  async function take() {
    const [file] = chooser.files;
    if (!file) return;
    fill(failed, h("p", { class: "note", role: "status" }, t("voices.importing", { name: file.name })));
    try {
      const body = new FormData();
      body.append("file", file);
      const voice = await send("/voices/import", body);
      fill(failed);
      announce(t("voices.imported", { name: voice.name }));
      await show();
    } catch (error) {
      fill(failed, note(error));
    }
    chooser.value = "";
  }
}

function empty() {
  return h(
    "div",
    { class: "card empty" },
    icon("voices"),
    h("h2", {}, t("voices.none")),
    h("p", { class: "soft" }, t("voices.none_do")),
    h("a", { class: "button main", href: "#/voices/new" }, t("voices.new")),
  );
}
