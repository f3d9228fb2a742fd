// Which engine makes a voice and speaks for it.

import { field, h, select } from "./dom.js";
import { t } from "./i18n.js";
import { get } from "./api.js";

/** A choice of engines, where there is more than one; `engine()` is the one that is wanted, null: as the server does. */
export function engineChoice(chosen = null) {
  const place = h("div", { hidden: true });
  let list = null;
  get("/engines").then(show, () => null); // without a choice it goes on as the server does

  function show({ engines, default: usual }) {
    if (engines.length < 2) return;
    list = select(
      engines.map(({ name, is_up }) => [name, is_up === false ? t("engine.down", { name }) : name]),
      chosen ?? usual,
      { name: "engine" },
    );
    place.append(field(t("engine.label"), list, t("engine.hint")));
    place.hidden = false;
  }

  return { element: place, engine: () => list?.value ?? null };
}
