// Keys, limits, usage, and how programs use all this.

import { announce, button, field, fill, h } from "./dom.js";
import { moment, number, t } from "./i18n.js";
import { get, post } from "./api.js";
import { ask } from "./dialog.js";
import { isRemembered, key, signIn } from "./session.js";
import { programs } from "./programs.js";

const IN_MINUTES = ["speech_ms", "training_ms"];

/** The view. */
export async function account(root, { signal, again }) {
  const [me, used, about, voices, waiting, { presets }] = await Promise.all([
    get("/me"),
    get("/usage"),
    get("/about"),
    get("/voices", { limit: 1 }),
    get("/speech-tasks", { limit: 1, state: "queued" }),
    get("/presets"),
  ]);
  if (signal.aborted) return;
  fill(
    root,
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, t("account.title")), h("p", { class: "soft" }, t("account.about"))),
    ),
    h(
      "div",
      { class: "two" },
      h("section", { class: "card", "aria-label": t("account.keys") }, h("h2", {}, t("account.keys")), keys(me, again)),
      h("section", { class: "card", "aria-label": t("account.used") }, h("h2", {}, t("account.used")), amounts(used)),
    ),
    h(
      "section",
      { class: "card", "aria-label": t("account.limits") },
      h("h2", {}, t("account.limits")),
      limits(me, used, { voices: voices.total, waiting_tasks: waiting.total }),
    ),
    programs(about, {
      voice: voices.items[0]?.voiceprint ? voices.items[0].id : presets[0].name,
      text: t("programs.text"),
    }),
    h(
      "p",
      { class: "soft small" },
      t("account.server", { version: about.version, engine: about.engine }),
      " · ",
      h("a", { href: "/hwamei/v1/docs" }, t("account.docs")),
    ),
  );
}

function keys(me, again) {
  const shown = h("code", {}, hidden(key()));
  let open = false;
  const look = button(t("account.show"), {
    "aria-pressed": "false",
    onclick: () => {
      open = !open;
      shown.textContent = open ? key() : hidden(key());
      look.setAttribute("aria-pressed", String(open));
    },
  });
  const copy = button(t("common.copy"), {
    picture: "copy",
    onclick: async () => {
      await navigator.clipboard.writeText(key());
      announce(t("common.copied"));
    },
  });
  const facts = [
    [t("account.app"), me.name],
    [t("account.app_id"), h("code", {}, me.id)],
    [t("account.project_id"), h("code", {}, me.project_id)],
    [t("account.since"), moment(me.created_at)],
    [t("account.key"), shown],
  ];
  return [
    h(
      "dl",
      { class: "facts" },
      facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
    ),
    h(
      "div",
      { class: "row" },
      look,
      copy,
      button(t("account.new_key"), { kind: "danger", picture: "again", onclick: () => renew(me, again) }),
    ),
  ];
}

const hidden = (secret) => `${secret.slice(0, 5)}…${secret.slice(-2)}`;

async function renew(me, again) {
  const act = () => post("/me/rotate", { app_id: me.id });
  const made = await ask({
    title: t("account.new_key"),
    content: h("p", {}, t("account.new_key_about")),
    yes: t("account.new_key"),
    danger: true,
    act,
  });
  if (!made) return;
  signIn(made.api_key, { remember: isRemembered() });
  const one = (words, value) => field(words, h("input", { type: "text", readonly: true, value, class: "mono" }));
  await ask({
    title: t("account.new_key_made"),
    content: [
      h("p", {}, t("welcome.keep")),
      one(t("account.key"), made.api_key),
      one(t("account.secret"), made.secret),
    ],
    yes: t("common.done"),
  });
  await again();
}

function amounts(used) {
  const shown = Object.entries(used.amounts);
  return [
    h("p", { class: "soft small" }, t("account.month", { month: used.month })),
    h(
      "dl",
      { class: "facts" },
      shown.map(([name, amount]) => [
        h("dt", {}, t.of("measure", name)),
        h(
          "dd",
          {},
          IN_MINUTES.includes(name) ? t("common.minutes", { count: number(amount / 60000, 1) }) : number(amount),
        ),
      ]),
    ),
  ];
}

function limits({ quota }, used, counted) {
  const most = [
    ["voices", counted.voices],
    ["waiting_tasks", counted.waiting_tasks],
    ["characters_per_month", used.amounts.characters ?? 0],
  ];
  const line = ([name, now]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, t.of("limit", name)),
      h("td", {}, number(now)),
      h("td", {}, quota[name] === null ? t("account.no_limit") : number(quota[name])),
      h(
        "td",
        {},
        quota[name] !== null &&
          h("progress", { class: "bar", max: Math.max(1, quota[name]), value: now, "aria-label": t.of("limit", name) }),
      ),
    );
  const rates = Object.entries(quota.rates).map(([name, rate]) => [
    t.of("operation", name),
    t("account.rate", { times: number(rate.times), seconds: number(rate.period_s) }),
  ]);
  return [
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            [t("account.limit"), t("account.now"), t("account.most"), t("account.share")].map((head) =>
              h("th", { scope: "col" }, head),
            ),
          ),
        ),
        h("tbody", {}, most.map(line)),
      ),
    ),
    h(
      "p",
      { class: "soft small" },
      quota.retention_days === null ? t("account.kept") : t("account.kept_days", { days: quota.retention_days }),
    ),
    h(
      "details",
      { class: "small" },
      h("summary", {}, t("account.rates")),
      h(
        "dl",
        { class: "facts" },
        rates.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
      ),
    ),
  ];
}
