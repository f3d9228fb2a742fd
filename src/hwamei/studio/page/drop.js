// Where files are dropped, or chosen.

import { h, icon } from "./dom.js";

/** A place for files; `take` is called with a list of them. `kind`: of the button that chooses. */
export function dropZone({ id, accept, picture, invites, chooses, hint, kind = "button", multiple = false, take }) {
  const chooser = h("input", {
    type: "file",
    accept,
    multiple,
    class: "unseen",
    id,
    onchange: () => {
      take([...chooser.files]);
      chooser.value = "";
    },
  });
  const place = h(
    "div",
    { class: "drop" },
    icon(picture),
    h("p", {}, invites),
    h("label", { class: kind, for: id }, chooses),
    chooser,
    h("p", { class: "hint" }, hint),
  );
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("over");
  });
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    take([...event.dataTransfer.files]);
  });
  return place;
}
