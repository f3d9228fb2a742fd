// Whether a sound file says that it was made by AI, and who made it.

import { announce, fill, h } from "./dom.js";
import { dropZone } from "./drop.js";
import { t } from "./i18n.js";
import { send } from "./api.js";
import { note } from "./problems.js";

/** The view. */
export async function inspect(root) {
  const out = h("div");
  const place = dropZone({
    id: "inspected",
    accept: "audio/*,video/*",
    picture: "inspect",
    invites: t("inspect.drop"),
    chooses: t("inspect.choose"),
    hint: t("inspect.nothing_kept"),
    kind: "button main",
    take: ([file]) => look(file),
  });
  fill(
    root,
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, t("inspect.title")), h("p", { class: "soft" }, t("inspect.about"))),
    ),
    h("section", { class: "card", "aria-label": t("inspect.title") }, place, out),
  );

  async function look(file) {
    if (!file) return;
    fill(out, h("p", { class: "soft" }, t("inspect.looking", { name: file.name })));
    try {
      const body = new FormData();
      body.append("file", file);
      const found = await send("/inspect", body);
      fill(out, shown(file, found));
      announce(t(found.marked ? "inspect.marked" : "inspect.unmarked"));
    } catch (error) {
      fill(out, note(error));
    }
  }
}

function shown(file, { marked, label }) {
  if (!marked)
    return h(
      "div",
      { class: "note", dataset: { marked: "no" } },
      h("b", {}, t("inspect.unmarked")),
      h("p", {}, t("inspect.unmarked_means", { name: file.name })),
    );
  const rows = Object.entries(label).filter(([, value]) => value !== "");
  return h(
    "div",
    { class: "stack", dataset: { marked: "yes" } },
    h(
      "div",
      { class: "note good" },
      h("b", {}, t("inspect.marked")),
      h("p", {}, t("inspect.marked_means", { name: file.name, producer: label.ContentProducer ?? "" })),
    ),
    h(
      "dl",
      { class: "facts" },
      rows.map(([name, value]) => [
        h("dt", {}, t.of("label", name)),
        h("dd", {}, h("code", {}, name === "Label" ? `${value} · ${t.of("label_value", value)}` : value)),
      ]),
    ),
  );
}
