// Elements without markup in strings: nothing that a user or a server says can become markup.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  voices: ["M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z", "M6 11a6 6 0 0 0 12 0", "M12 17v4"],
  speak: ["M4 5h16v11H9l-5 4z", "M8 9h8", "M8 12h5"],
  tasks: ["M9 6h11", "M9 12h11", "M9 18h11", "M4 6h.01", "M4 12h.01", "M4 18h.01"],
  inspect: ["M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14z", "M16 16l5 5"],
  account: ["M15 7a4 4 0 1 1-3.5 6L4 20v-3l2-2h2l.5-2.5A4 4 0 0 1 15 7z"],
  play: ["M7 4l13 8-13 8z"],
  pause: ["M8 5v14", "M16 5v14"],
  stop: ["M6 6h12v12H6z"],
  add: ["M12 5v14", "M5 12h14"],
  down: ["M12 4v11", "M7 11l5 5 5-5", "M5 20h14"],
  up: ["M12 20V9", "M7 13l5-5 5 5", "M5 4h14"],
  bin: ["M4 7h16", "M9 7V4h6v3", "M6 7l1 13h10l1-13"],
  pen: ["M4 20l1-4L16 5l3 3L8 19z"],
  again: ["M20 11a8 8 0 1 0-2 6", "M20 5v6h-6"],
  good: ["M5 13l5 5 9-11"],
  warn: ["M12 4l9 16H3z", "M12 10v4", "M12 17h.01"],
  bad: ["M6 6l12 12", "M18 6L6 18"],
  wait: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M12 7v5l3 2"],
  light: [
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
    "M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19",
  ],
  dark: ["M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10z"],
  leave: ["M10 4H5v16h5", "M14 8l5 4-5 4", "M19 12H9"],
  copy: ["M9 9h11v11H9z", "M5 15H4V4h11v1"],
};

/** An element. Properties: `on…` listens, `class`, `dataset`, others are attributes; false and null are left out. */
export function h(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "dataset") Object.assign(made.dataset, value);
    else if (key === "value" || key === "checked" || key === "disabled") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  add(made, children);
  return made;
}

/** Children of any depth into an element; null and false say nothing. */
export function add(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) parent.append(child);
  }
}

/** These children, and no others. */
export function fill(parent, ...children) {
  parent.replaceChildren();
  add(parent, children);
  return parent;
}

/** A picture that says nothing of its own. */
export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    picture.append(path);
  }
  return picture;
}

/** A button with a picture and words; `round`: the words are its label alone. */
export function button(words, { kind = "", picture = "", round = false, ...more } = {}) {
  const shown = round ? [icon(picture)] : [picture && icon(picture), h("span", {}, words)];
  const label = round ? { "aria-label": words, title: words } : {};
  return h(
    "button",
    { type: "button", class: `button ${kind} ${round ? "round" : ""}`.trim(), ...label, ...more },
    ...shown,
  );
}

let fields = 0;

/** A control under its label, with a hint. */
export function field(words, control, hint = "") {
  control.id ||= `field-${++fields}`;
  const said = hint && h("span", { class: "hint", id: `${control.id}-hint` }, hint);
  if (said) control.setAttribute("aria-describedby", said.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, words), control, said);
}

/** A select of [value, words] pairs. */
export function select(options, chosen, properties = {}) {
  const shown = ([value, words]) => h("option", { value, selected: value === chosen }, words);
  return h("select", properties, options.map(shown));
}

/** Say something to who listens to the page. */
export function announce(words) {
  const place = document.getElementById("said");
  place.textContent = "";
  setTimeout(() => {
    place.textContent = words;
  }, 50);
}
