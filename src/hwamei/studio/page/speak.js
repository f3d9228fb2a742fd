// Speaking: paragraphs with their voices, how they are said, and what comes out.

import { announce, button, field, fill, h, select } from "./dom.js";
import { number, t } from "./i18n.js";
import { get, post } from "./api.js";
import { blank, keepDraft, loadDraft } from "./draft.js";
import { note } from "./problems.js";
import { programs } from "./programs.js";
import { result } from "./result.js";
import { segmentEditor } from "./segment.js";
import { speakers } from "./voice_card.js";

/** The view. The address may name the voice to begin with. */
export async function speak(root, { signal, rest }) {
  const [people, about, me, used] = await Promise.all([speakers(), get("/about"), get("/me"), get("/usage")]);
  if (signal.aborted) return;
  const draft = loadDraft();
  const usual = people.own.some((voice) => voice.id === rest) ? rest : "";
  const known = new Set([...people.own.map((voice) => voice.id), ...people.presets.map((preset) => preset.name)]);
  for (const segment of draft.segments) {
    if (usual && !segment.text) segment.voice = usual;
    if (!known.has(segment.voice)) segment.voice = usual || people.own[0]?.id || people.presets[0].name;
  }
  const list = h("div", { class: "stack" });
  const total = h("p", { class: "soft small" });
  const failed = h("div");
  const out = h("section", { class: "card", hidden: true, "aria-label": t("speak.result") });
  const use = h("div");
  const make = button(t("speak.make"), { kind: "main", onclick: order });
  fill(
    root,
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, t("speak.title")), h("p", { class: "soft" }, t("speak.about"))),
    ),
    h(
      "div",
      { class: "split" },
      h(
        "div",
        { class: "stack" },
        list,
        h("div", { class: "row" }, button(t("speak.add"), { picture: "add", onclick: addSegment })),
      ),
      h(
        "div",
        { class: "stack" },
        h(
          "section",
          { class: "card", "aria-label": t("speak.settings") },
          h("h2", {}, t("speak.settings")),
          settings(),
          total,
          failed,
          make,
        ),
        out,
      ),
    ),
    use,
  );
  showSegments();
  if (draft.task)
    get(`/speech-tasks/${draft.task}`).then(showResult, () => {
      delete draft.task;
    });

  function showSegments() {
    const several = draft.segments.length > 1;
    fill(
      list,
      draft.segments.map((segment, index) =>
        segmentEditor({
          segment,
          number: index + 1,
          people,
          draft,
          changed,
          signal,
          remove:
            several &&
            (() => {
              draft.segments.splice(index, 1);
              showSegments();
              announce(t("speak.removed"));
            }),
        }),
      ),
    );
    changed();
  }

  function addSegment() {
    draft.segments.push(blank(draft.segments.at(-1).voice));
    showSegments();
    list.querySelector("section:last-child textarea").focus();
  }

  function settings() {
    const range = (key, low, high, step, shown) => {
      const said = h("output", {}, shown(draft[key]));
      const control = h("input", {
        type: "range",
        min: low,
        max: high,
        step,
        value: draft[key],
        oninput: () => {
          draft[key] = Number(control.value);
          said.textContent = shown(draft[key]);
          changed();
        },
      });
      return [control, said];
    };
    const [speed, speedSaid] = range("speed", 0.5, 2, 0.05, (value) => `${number(value, 2)}×`);
    const [pitch, pitchSaid] = range("pitch", -12, 12, 0.5, (value) =>
      t("speak.semitones", { count: `${value > 0 ? "+" : ""}${value}` }),
    );
    const format = select(
      about.formats.map((each) => [each, t.of("format", each)]),
      draft.format,
      {
        onchange: () => {
          draft.format = format.value;
          changed();
        },
      },
    );
    return [
      field([t("speak.speed"), " · ", speedSaid], speed),
      field([t("speak.pitch"), " · ", pitchSaid], pitch),
      field(t("speak.format"), format),
    ];
  }

  function changed() {
    keepDraft(draft);
    const characters = draft.segments.reduce((sum, segment) => sum + [...segment.text].length, 0);
    const left =
      me.quota.characters_per_month === null ? null : me.quota.characters_per_month - (used.amounts.characters ?? 0);
    total.textContent = [
      t("speak.total", { count: number(characters), most: number(about.max_text_characters) }),
      left === null ? "" : t("speak.left", { count: number(left) }),
    ]
      .filter(Boolean)
      .join(" · ");
    make.disabled = !draft.segments.some((segment) => segment.text.trim()) || characters > about.max_text_characters;
    fill(use, programs(about, { voice: draft.segments[0].voice, text: draft.segments[0].text || t("programs.text") }));
  }

  function showResult(task) {
    out.hidden = false;
    fill(out, h("h2", {}, t("speak.result")), result(task, { signal }));
  }

  async function order() {
    make.disabled = true;
    fill(failed);
    const said = draft.segments.filter((segment) => segment.text.trim());
    const segments = said.map((segment) => ({
      text: segment.text,
      voice: segment.voice,
      language: segment.language || null,
      speed: draft.speed,
      pitch_semitones: draft.pitch,
    }));
    try {
      const task = await post("/speech-tasks", { segments, format: draft.format });
      draft.task = task.id; // is shown again when one comes back
      keepDraft(draft);
      showResult(task);
      out.scrollIntoView({ block: "nearest" });
      announce(t("speak.ordered"));
    } catch (error) {
      fill(failed, note(error));
    }
    make.disabled = false;
  }
}
