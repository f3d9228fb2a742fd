// Speech tasks and training jobs: how they stand, what went wrong, and what to do about it.

import { announce, button, fill, h, select } from "./dom.js";
import { clock, moment, number, t } from "./i18n.js";
import { call, get, post } from "./api.js";
import { ask } from "./dialog.js";
import { note, words } from "./problems.js";
import { result } from "./result.js";
import { badge } from "./voice_card.js";

const PAGE = 20;
const LOOK_AGAIN_MS = 2000;
const GOING = ["queued", "running", "waiting", "training"];
const KINDS = {
  tasks: { path: "/speech-tasks", states: ["queued", "running", "done", "failed", "cancelled"], family: "task_state" },
  jobs: {
    path: "/training-jobs",
    states: ["waiting", "training", "succeeded", "failed", "cancelled"],
    family: "job_state",
  },
};

/** The lists. */
export async function tasks(root, { signal }) {
  let kind = "tasks";
  let state = "";
  let offset = 0;
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));
  const kinds = h("div", { class: "tabs", role: "group", "aria-label": t("tasks.kind") });
  const states = h("div");
  const list = h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": t("tasks.title") });
  const more = h("div", { class: "row between" });
  const failed = h("div");
  fill(
    root,
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, t("tasks.title")), h("p", { class: "soft" }, t("tasks.about"))),
    ),
    h("div", { class: "card" }, h("div", { class: "row between" }, kinds, states), failed, list, more),
  );
  turn("tasks");
  await show();

  function turn(to) {
    kind = to;
    state = "";
    offset = 0;
    fill(
      kinds,
      Object.keys(KINDS).map((each) =>
        button(t.of("kind", each), {
          "aria-pressed": String(each === kind),
          onclick: () => {
            turn(each);
            show();
          },
        }),
      ),
    );
    const options = [
      ["", t("tasks.any_state")],
      ...KINDS[kind].states.map((each) => [
        each,
        kind === "tasks" ? t.of("task_state", each) : t.of("job_state", each),
      ]),
    ];
    fill(
      states,
      select(options, "", {
        "aria-label": t("tasks.state"),
        onchange: (event) => {
          state = event.target.value;
          offset = 0;
          show();
        },
      }),
    );
  }

  async function show() {
    clearTimeout(timer);
    const query = { limit: PAGE, offset, ...(state ? { state } : {}) };
    try {
      const page = await get(KINDS[kind].path, query, signal);
      fill(failed);
      fill(list, page.items.length ? table(page.items) : h("p", { class: "soft empty" }, t("tasks.none")));
      fill(more, pages(page));
      if (page.items.some((item) => GOING.includes(item.state))) timer = setTimeout(show, LOOK_AGAIN_MS);
    } catch (error) {
      if (error.name !== "AbortError") fill(failed, note(error));
    }
  }

  function pages(page) {
    const last = Math.min(page.total, offset + PAGE);
    const go = (to) => () => {
      offset = to;
      show();
    };
    return [
      h(
        "span",
        { class: "hint" },
        t("tasks.shown", { first: page.total ? offset + 1 : 0, last, total: number(page.total) }),
      ),
      page.total > PAGE &&
        h(
          "div",
          { class: "row" },
          button(t("tasks.newer"), { disabled: offset === 0, onclick: go(Math.max(0, offset - PAGE)) }),
          button(t("tasks.older"), { disabled: last >= page.total, onclick: go(offset + PAGE) }),
        ),
    ];
  }

  function table(items) {
    const heads = [t("tasks.when"), t("tasks.state"), t("tasks.what"), t("tasks.do")];
    return h(
      "table",
      { class: "cardy" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", { scope: "col" }, head)),
        ),
      ),
      h(
        "tbody",
        {},
        items.map((item) => line(item)),
      ),
    );
  }

  function line(item) {
    const how =
      GOING.includes(item.state) &&
      h("progress", { class: "bar", max: 100, value: item.progress, "aria-label": t("task.progress") });
    const wrong = item.problem && h("div", { class: "small" }, h("b", {}, words(item.problem)));
    const about =
      kind === "tasks"
        ? `${t("speak.characters", { count: number(item.characters) })}${item.result ? ` · ${clock(item.result.duration_s)}` : ""} · ${item.format.toUpperCase()}`
        : t.of("level", item.level);
    return h(
      "tr",
      { dataset: { id: item.id } },
      h("td", {}, moment(item.created_at)),
      h("td", {}, badge(item.state, KINDS[kind].family)),
      h("td", {}, h("div", { class: "stack" }, about, how, wrong)),
      h("td", {}, actions(item)),
    );
  }

  function actions(item) {
    const path = `${KINDS[kind].path}/${item.id}`;
    const at = moment(item.created_at);
    const one = (key, picture, does) =>
      button(t("tasks.do_one", { what: t(key), when: at }), { round: true, kind: "plain", picture, onclick: does });
    const act = (does) => async () => {
      try {
        await does();
        await show();
      } catch (error) {
        fill(failed, note(error));
      }
    };
    return h(
      "div",
      { class: "row" },
      kind === "tasks" &&
        h(
          "a",
          {
            class: "button plain",
            href: `#/tasks/${item.id}`,
            "aria-label": t("tasks.do_one", { what: t("tasks.open"), when: at }),
          },
          t("tasks.open"),
        ),
      GOING.includes(item.state) &&
        one(
          "common.stop",
          "stop",
          act(() => post(`${path}/cancel`)),
        ),
      ["failed", "cancelled"].includes(item.state) &&
        one(
          "voice.retry",
          "again",
          act(() => again(item, path)),
        ),
      kind === "tasks" && !GOING.includes(item.state) && one("common.delete", "bin", () => drop(item, path)),
    );
  }

  async function again(item, path) {
    if (kind === "jobs") return post(`${path}/retry`);
    const { segments, format, sample_rate_hz, subtitles } = await get(path);
    return post("/speech-tasks", { segments, format, sample_rate_hz, subtitles });
  }

  async function drop(item, path) {
    const act = async () => {
      await call("DELETE", path);
      return true;
    };
    if (
      await ask({
        title: t("tasks.delete_title"),
        content: h("p", {}, t("tasks.delete_about")),
        yes: t("common.delete"),
        danger: true,
        act,
      })
    ) {
      announce(t("tasks.deleted"));
      await show();
    }
  }
}

/** One task: its texts, and what it made. */
export async function task(root, { signal, rest }) {
  const found = await get(`/speech-tasks/${encodeURIComponent(rest)}`, undefined, signal);
  fill(
    root,
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, t("task.title")), h("p", { class: "soft" }, moment(found.created_at))),
      h("a", { class: "button", href: "#/tasks" }, t("task.back")),
    ),
    h(
      "section",
      { class: "card", "aria-label": t("speak.result") },
      h("h2", {}, t("speak.result")),
      result(found, { signal }),
    ),
    h(
      "section",
      { class: "card", "aria-label": t("task.texts") },
      h("h2", {}, t("task.texts")),
      found.segments.map((segment) => h("p", { lang: segment.language ?? null }, segment.text)),
    ),
  );
}
