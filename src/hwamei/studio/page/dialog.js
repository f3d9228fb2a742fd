// Questions that must be answered before anything goes on.

import { button, h } from "./dom.js";
import { note } from "./problems.js";
import { t } from "./i18n.js";

/** Ask; `act` is done when the person says yes; where it fails the question stays. Resolves to its result. */
export function ask({ title, content = [], yes, danger = false, act = async () => true }) {
  return new Promise((resolve) => {
    const failed = h("div");
    const confirm = h("button", { type: "submit", class: `button main ${danger ? "danger-main" : ""}` }, yes);
    const box = h(
      "dialog",
      { "aria-labelledby": "dialog-title" },
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: "dialog-title" }, title),
        content,
        failed,
        h("div", { class: "row between" }, button(t("common.cancel"), { onclick: () => box.close() }), confirm),
      ),
    );
    let result = null;
    box.addEventListener("close", () => {
      box.remove();
      resolve(result);
    });
    box.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      confirm.disabled = true;
      try {
        result = await act();
        box.close();
      } catch (error) {
        failed.replaceChildren(note(error));
        confirm.disabled = false;
      }
    });
    document.body.append(box);
    box.showModal();
  });
}
