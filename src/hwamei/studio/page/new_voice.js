// A new voice: recordings, a name, and who agreed to it.

import { announce, button, field, fill, h, select } from "./dom.js";
import { dropZone } from "./drop.js";
import { engineChoice } from "./engines.js";
import { t } from "./i18n.js";
import { send } from "./api.js";
import { player } from "./player.js";
import { note } from "./problems.js";
import { checkList, recorder } from "./recorder.js";

const MOST_BYTES = 100 * 1024 * 1024;
const GROUNDS = ["self", "agreed", "other"];

let recordings = []; // kept when the language is switched or another view is looked at
window.addEventListener("hwamei:forget", () => (recordings = []));

/** The form. */
export async function newVoice(root, { signal }) {
  const list = h("ul", { class: "items", "aria-label": t("new.recordings") });
  const name = h("input", { type: "text", maxlength: 200, required: true, autocomplete: "off" });
  const language = select(
    [
      ["", t("new.language_auto")],
      ["zh", t.of("language", "zh")],
      ["en", t.of("language", "en")],
    ],
    "",
  );
  const speaker = h("input", { type: "text", maxlength: 200, required: true, autocomplete: "off" });
  const details = h("input", { type: "text", maxlength: 1000 });
  const maker = engineChoice();
  const failed = h("div");
  const submit = h("button", { type: "submit", class: "button main" }, t("new.make"));
  const sent = h("progress", { class: "bar", max: 1, value: 0, hidden: true, "aria-label": t("new.sending") });
  const form = h(
    "form",
    { class: "stack", novalidate: true, onsubmit: make },
    h(
      "fieldset",
      { class: "card" },
      h("legend", {}, t("new.recordings")),
      h("p", { class: "soft" }, t("new.recordings_about")),
      drop(),
      h(
        "details",
        {},
        h("summary", {}, t("record.title")),
        recorder({ made: (file, found) => take([file], found), signal }),
      ),
      list,
    ),
    h(
      "fieldset",
      { class: "card" },
      h("legend", {}, t("new.about_it")),
      h(
        "div",
        { class: "two" },
        field(t("new.name"), name),
        field(t("new.language"), language, t("new.language_hint")),
      ),
      choices("level", ["trained", "instant"]),
      maker.element,
    ),
    h(
      "fieldset",
      { class: "card" },
      h("legend", {}, t("new.consent")),
      h("p", { class: "soft" }, t("new.consent_about")),
      field(t("voice.consent_speaker"), speaker, t("new.speaker_hint")),
      choices("ground", GROUNDS),
      field(t("new.details"), details, t("new.details_hint")),
    ),
    failed,
    sent,
    h("div", { class: "row" }, submit, h("a", { class: "button", href: "#/voices" }, t("common.cancel"))),
  );
  fill(
    root,
    h("div", { class: "head" }, h("div", {}, h("h1", {}, t("new.title")), h("p", { class: "soft" }, t("new.about")))),
    form,
  );
  showRecordings();

  function drop() {
    return dropZone({
      id: "recordings",
      accept: "audio/*,video/*,.amr,.caf",
      picture: "up",
      invites: t("new.drop"),
      chooses: t("new.choose"),
      hint: t("new.formats"),
      multiple: true,
      take,
    });
  }

  function take(files, found = null) {
    fill(failed);
    for (const file of files) {
      if (file.size > MOST_BYTES) fill(failed, note({ code: "too_big" }));
      else recordings.push({ file, found });
    }
    showRecordings();
    announce(t("new.taken", { count: recordings.length }));
  }

  function showRecordings() {
    fill(
      list,
      recordings.map(({ file, found }) =>
        h(
          "li",
          {},
          h(
            "div",
            { class: "grow stack" },
            h("b", {}, file.name),
            player({ blob: file, label: file.name, slim: true, signal }).element,
            found && h("ul", { class: "checks small" }, checkList(found.filter(([, verdict]) => verdict !== "good"))),
          ),
          button(t("new.leave_out", { name: file.name }), {
            round: true,
            picture: "bin",
            kind: "plain",
            onclick: () => {
              recordings = recordings.filter((each) => each.file !== file);
              showRecordings();
            },
          }),
        ),
      ),
    );
    list.hidden = !recordings.length;
  }

  async function make(event) {
    event.preventDefault();
    const ground = form.querySelector("[name=ground]:checked").value;
    const missing = [
      [!recordings.length, "recordings", form.querySelector("#recordings")],
      [!name.value.trim(), "name", name],
      [!speaker.value.trim(), "speaker", speaker],
      [ground === "other" && !details.value.trim(), "details", details],
    ].find(([is]) => is);
    if (missing) {
      fill(failed, h("p", { class: "note bad", role: "alert" }, t.of("new_missing", missing[1])));
      missing[2].focus();
      return;
    }
    await order(ground);
  }

  async function order(ground) {
    submit.disabled = true;
    sent.hidden = false;
    const body = new FormData();
    for (const { file } of recordings) body.append("reference", file, file.name);
    body.append("name", name.value.trim());
    body.append("level", form.querySelector("[name=level]:checked").value);
    body.append("language", language.value);
    if (maker.engine()) body.append("engine", maker.engine());
    body.append("consent_speaker", speaker.value.trim());
    body.append("consent_ground", [t.of("ground", ground), details.value.trim()].filter(Boolean).join(": "));
    try {
      const made = await send("/voices", body, {
        progress: (share) => {
          sent.value = share;
        },
      });
      recordings = [];
      announce(t("new.ordered", { name: made.voice.name }));
      location.hash = "#/voices";
    } catch (error) {
      fill(failed, note(error));
      submit.disabled = false;
      sent.hidden = true;
    }
  }
}

function choices(name, values) {
  const one = (value, index) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "radio", name, value, checked: index === 0 }),
      h(
        "span",
        {},
        h("b", {}, name === "level" ? t.of("level", value) : t.of("ground", value)),
        h("span", { class: "hint" }, name === "level" ? t.of("level_about", value) : t.of("ground_about", value)),
      ),
    );
  return h(
    "div",
    {
      class: "choices",
      role: "radiogroup",
      "aria-label": name === "level" ? t("new.level") : t("voice.consent_ground"),
    },
    values.map(one),
  );
}
