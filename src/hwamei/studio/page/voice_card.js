// One voice: how it stands, what it sounds like beside what it was made from, and what can be done with it.

import { announce, button, field, h, icon, select } from "./dom.js";
import { moment, number, t } from "./i18n.js";
import { call, follow, get, open, post } from "./api.js";
import { ask } from "./dialog.js";
import { engineChoice } from "./engines.js";
import { player } from "./player.js";
import { note, words } from "./problems.js";

// GE2E cosines of the evaluation: two recordings of one person 0.96, a trained clone 0.74, a stranger's voice 0.53.
const CLOSE = [
  ["very", 0.85],
  ["close", 0.7],
  ["fair", 0.6],
  ["far", 0],
];
const WORKING = ["queued", "training"];

/** The card of a voice; `changed` is called when it is another one now. */
export function voiceCard(voice, { signal, changed }) {
  const isWorking = WORKING.includes(voice.state);
  const speaks = voice.voiceprint?.engine ?? voice.engine;
  const facts = [t.of("level", voice.level), speaks, voice.language && t.of("language", voice.language)]
    .filter(Boolean)
    .join(" · ");
  const card = h(
    "article",
    { class: "card", "aria-label": voice.name, dataset: { voice: voice.id, state: voice.state } },
    h("div", { class: "row between" }, h("h2", {}, voice.name), badge(voice.state)),
    h("p", { class: "soft small" }, facts),
    isWorking && progress(voice, signal, changed),
    voice.problem && h("div", { class: "note bad" }, h("b", {}, words(voice.problem)), retry(voice, changed)),
    sounds(voice, signal),
    voice.voiceprint?.facts.likeness !== undefined && likeness(voice.voiceprint.facts.likeness),
    h("details", { class: "small" }, h("summary", {}, t("voice.more")), details(voice)),
    actions(voice, changed),
  );
  return card;
}

/** Where something stands, as a badge. */
export function badge(state, family = "voice_state") {
  const kind = ["ready", "done", "succeeded"].includes(state)
    ? "good"
    : ["failed", "expired"].includes(state)
      ? "bad"
      : "";
  const busy = ["queued", "training", "running", "waiting"].includes(state) ? "busy" : "";
  return h(
    "span",
    { class: `badge ${kind} ${busy}` },
    family === "task_state"
      ? t.of("task_state", state)
      : family === "job_state"
        ? t.of("job_state", state)
        : t.of("voice_state", state),
  );
}

function progress(voice, signal, changed) {
  const bar = h("progress", {
    class: "bar",
    max: 100,
    value: 0,
    "aria-label": t("voice.progress", { name: voice.name }),
  });
  const said = h("span", { class: "soft small" }, t("voice.waiting"));
  follow(
    `/training-jobs/${voice.job_id}`,
    (job) => {
      bar.value = job.progress;
      said.textContent =
        job.state === "waiting" ? t("voice.waiting") : t("voice.at", { percent: number(job.progress) });
      if (["succeeded", "failed", "cancelled"].includes(job.state)) {
        announce(t("voice.ended", { name: voice.name, state: t.of("job_state", job.state) }));
        changed();
      }
    },
    signal,
  );
  const cancel = button(t("common.stop"), {
    kind: "plain",
    picture: "stop",
    onclick: async () => {
      await post(`/training-jobs/${voice.job_id}/cancel`).catch(() => null);
      changed();
    },
  });
  return h("div", { class: "stack" }, bar, h("div", { class: "row between" }, said, cancel));
}

function retry(voice, changed) {
  const again = async () => {
    await post(`/training-jobs/${voice.job_id}/retry`).catch(() => null);
    changed();
  };
  return (
    voice.state === "failed" &&
    h("div", { class: "row" }, button(t("voice.retry"), { picture: "again", onclick: again }))
  );
}

function sounds(voice, signal) {
  const one = (url, label) =>
    url &&
    h(
      "div",
      { class: "stack" },
      h("span", { class: "label" }, label),
      player({ url, label: `${label}: ${voice.name}`, slim: true, signal }).element,
    );
  const both = [one(voice.speech_url, t("voice.recording")), one(voice.preview_url, t("voice.preview"))].filter(
    Boolean,
  );
  return both.length > 0 && h("div", { class: "two" }, both);
}

function likeness(value) {
  const [name] = CLOSE.find(([, least]) => value >= least);
  return h(
    "div",
    { class: "likeness" },
    h(
      "div",
      { class: "row between small" },
      h("span", { class: "label" }, t("voice.likeness")),
      h("span", {}, `${number(value, 2)} · ${t.of("likeness", name)}`),
    ),
    h("meter", { class: "bar", min: 0, max: 1, value, "aria-label": t("voice.likeness") }),
    h("p", { class: "hint" }, t("voice.likeness_means")),
  );
}

function details(voice) {
  const measured = voice.facts;
  const rows = [
    measured && [t("voice.speech_s"), t("common.seconds", { count: number(measured.speech_s, 1) })],
    measured && [
      t("voice.above_noise"),
      t("common.decibels", { count: number(measured.level_dbfs - measured.noise_dbfs) }),
    ],
    [t("voice.consent_speaker"), voice.consent?.speaker ?? t("voice.consent_none")],
    voice.consent && [t("voice.consent_ground"), voice.consent.ground],
    voice.consent && [t("voice.consent_at"), moment(voice.consent.given_at)],
    voice.stand_in_engine && [t("voice.stand_in"), voice.stand_in_engine],
    [t("voice.made"), moment(voice.created_at)],
    [t("voice.id"), h("code", {}, voice.id)],
  ];
  return h(
    "dl",
    { class: "facts" },
    rows.filter(Boolean).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
  );
}

function actions(voice, changed) {
  const speaks = voice.voiceprint !== null;
  const named = (does, key) => ({
    onclick: does,
    kind: "plain",
    "aria-label": t("voice.do", { what: t(key), name: voice.name }),
  });
  return h(
    "div",
    { class: "row menu" },
    speaks &&
      h(
        "a",
        {
          class: "button",
          href: `#/speak/${voice.id}`,
          "aria-label": t("voice.do", { what: t("voice.speak"), name: voice.name }),
        },
        icon("speak"),
        t("voice.speak"),
      ),
    button(t("voice.rename"), { ...named(() => rename(voice, changed), "voice.rename"), picture: "pen" }),
    !WORKING.includes(voice.state) &&
      voice.reference.length > 0 &&
      button(t("voice.retrain"), { ...named(() => retrain(voice, changed), "voice.retrain"), picture: "again" }),
    speaks && button(t("voice.export"), { ...named(() => save(voice), "voice.export"), picture: "down" }),
    button(t("common.delete"), {
      ...named(() => remove(voice, changed), "common.delete"),
      kind: "plain danger",
      picture: "bin",
    }),
  );
}

async function rename(voice, changed) {
  const name = h("input", { type: "text", value: voice.name, maxlength: 200, required: true });
  const act = () => call("PATCH", `/voices/${voice.id}`, { json: { name: name.value.trim() } });
  if (await ask({ title: t("voice.rename"), content: field(t("new.name"), name), yes: t("common.save"), act }))
    changed();
}

async function retrain(voice, changed) {
  const level = select(
    [
      ["instant", t.of("level", "instant")],
      ["trained", t.of("level", "trained")],
    ],
    voice.level,
  );
  const maker = engineChoice(voice.engine);
  const act = () => post(`/voices/${voice.id}/retrain`, { level: level.value, engine: maker.engine() });
  const content = [h("p", {}, t("voice.retrain_about")), field(t("new.level"), level), maker.element];
  if (await ask({ title: t("voice.retrain"), content, yes: t("voice.retrain"), act })) changed();
}

async function remove(voice, changed) {
  const act = async () => {
    await call("DELETE", `/voices/${voice.id}`);
    return true;
  };
  const content = h("p", {}, t("voice.delete_about", { name: voice.name }));
  if (await ask({ title: t("voice.delete_title"), content, yes: t("common.delete"), danger: true, act })) {
    announce(t("voice.deleted", { name: voice.name }));
    changed();
  }
}

async function save(voice) {
  try {
    const answer = await open("GET", `/voices/${voice.id}/export`);
    saveAs(await answer.blob(), `${voice.name}.hwamei`);
  } catch (error) {
    document.querySelector(`[data-voice="${voice.id}"]`)?.append(note(error));
  }
}

/** Let the browser keep a file. */
export function saveAs(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The voices to choose from: those of the app that can speak, and those of the engine. */
export async function speakers() {
  const [own, { presets }] = await Promise.all([get("/voices", { limit: 500 }), get("/presets")]);
  return { own: own.items.filter((voice) => voice.voiceprint !== null), presets };
}
