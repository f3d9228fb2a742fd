// A speech task as it goes on, and what it made: to hear, to read along, to keep.

import { announce, button, fill, h, icon } from "./dom.js";
import { clock, number, t } from "./i18n.js";
import { follow, get, local, open, post } from "./api.js";
import { player } from "./player.js";
import { note } from "./problems.js";
import { badge, saveAs } from "./voice_card.js";

const ENDED = ["done", "failed", "cancelled"];

/** The part of the page for a task, which follows it until it has ended. */
export function result(task, { signal }) {
  const place = h("div", { class: "stack", dataset: { task: task.id } });
  const bar = h("progress", { class: "bar", max: 100, value: task.progress, "aria-label": t("task.progress") });
  const said = h("span", { class: "soft small" }, t("task.waiting"));
  const stop = button(t("common.stop"), {
    kind: "plain",
    picture: "stop",
    onclick: () => post(`/speech-tasks/${task.id}/cancel`).catch(() => null),
  });
  if (ENDED.includes(task.state)) show(task);
  else {
    fill(place, bar, h("div", { class: "row between" }, said, stop));
    follow(`/speech-tasks/${task.id}`, seen, signal);
  }
  return place;

  function seen(now) {
    bar.value = now.progress;
    if (now.state === "running")
      said.textContent = t("task.at", { percent: number(now.progress), length: clock(now.finished_s) });
    if (!ENDED.includes(now.state)) return;
    announce(t("task.ended", { state: t.of("task_state", now.state) }));
    show(now);
  }

  async function show(ended) {
    if (ended.state !== "done") {
      fill(place, badge(ended.state, "task_state"), ended.problem && note(ended.problem));
      return;
    }
    const cues = await get(`/speech-tasks/${ended.id}/subtitles`, { format: "json" }).catch(() => []);
    if (signal.aborted) return;
    const { result: made } = ended;
    const pcmHz = ended.format === "pcm" ? ended.sample_rate_hz : null;
    fill(
      place,
      player({ url: made.audio_url, label: t("task.speech"), cues, pcmHz, signal }).element,
      h(
        "div",
        { class: "row" },
        h(
          "a",
          {
            class: "button",
            href: local(made.audio_url),
            download: `hwamei-${ended.id.slice(0, 8)}.${ended.format}`,
            dataset: { gets: "audio" },
          },
          icon("down"),
          t.of("format", ended.format),
        ),
        subtitles(ended, "srt"),
        subtitles(ended, "vtt"),
      ),
      h(
        "p",
        { class: "hint" },
        t("task.made", { length: clock(made.duration_s), loudness: number(made.loudness_lufs, 1) }),
      ),
    );
  }
}

function subtitles(task, format) {
  return button(format.toUpperCase(), {
    picture: "down",
    dataset: { gets: format },
    "aria-label": t("task.get_subtitles", { format: format.toUpperCase() }),
    onclick: async () => {
      const answer = await open("GET", `/speech-tasks/${task.id}/subtitles`, { query: { format } });
      saveAs(await answer.blob(), `hwamei-${task.id.slice(0, 8)}.${format}`);
    },
  });
}
