// Signing in: with a key, or with the link that the server printed when it was started for the first time.

import { button, field, fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { call, post } from "./api.js";
import { key, signIn } from "./session.js";
import { note } from "./problems.js";

/** Ask who is there; `done` is called when somebody is signed in. */
export async function welcome(root, { invitation, lost, done }) {
  if (invitation) {
    history.replaceState(null, "", "#/"); // it works once, and stays in no history
    try {
      const credentials = await post("/sign-in", { invitation });
      signIn(credentials.api_key, { remember: false });
      return showCredentials(root, credentials, done);
    } catch (error) {
      if (key()) return done();
      askForKey(root, done, h("p", { class: "note bad", role: "alert" }, t("welcome.link_used")));
      return undefined;
    }
  }
  return askForKey(root, done, lost && h("p", { class: "note bad", role: "alert" }, t("welcome.lost")));
}

function askForKey(root, done, above) {
  const given = h("input", { type: "password", autocomplete: "current-password", required: true, spellcheck: "false" });
  const remember = h("input", { type: "checkbox", id: "remember" });
  const failed = h("div");
  const form = h(
    "form",
    { class: "stack", onsubmit: submit },
    field(t("welcome.key"), given, t("welcome.key_hint")),
    h("label", { class: "row", for: "remember" }, remember, t("welcome.remember")),
    h("p", { class: "hint" }, t("welcome.remember_hint")),
    failed,
    h("button", { type: "submit", class: "button main" }, t("welcome.sign_in")),
  );
  fill(
    root,
    h(
      "section",
      { class: "card welcome" },
      h("h1", {}, t("welcome.title")),
      h("p", { class: "soft" }, t("welcome.about")),
      above,
      form,
      h("details", { class: "small" }, h("summary", {}, t("welcome.no_key")), h("p", {}, t("welcome.no_key_do"))),
    ),
  );

  async function submit(event) {
    event.preventDefault();
    const wanted = given.value.trim();
    try {
      await call("GET", "/me", { withKey: wanted });
      signIn(wanted, { remember: remember.checked });
      done();
    } catch (error) {
      fill(failed, note(error));
      given.focus();
    }
  }
}

/** The key this once: only its owner can read it again, from where they put it. */
function showCredentials(root, credentials, done) {
  const remember = h("input", { type: "checkbox", id: "remember" });
  const copy = button(t("common.copy"), {
    picture: "copy",
    onclick: () => navigator.clipboard.writeText(credentials.api_key),
  });
  const lines = [
    ["api_key", t("account.key")],
    ["app_id", t("account.app_id")],
    ["secret", t("account.secret")],
  ];
  fill(
    root,
    h(
      "section",
      { class: "card welcome" },
      h("h1", {}, t("welcome.in")),
      h("p", {}, t("welcome.keep")),
      h(
        "dl",
        { class: "facts" },
        lines.map(([name, words]) => [
          h("dt", {}, words),
          h("dd", { class: "mono", dataset: { is: name } }, credentials[name]),
        ]),
      ),
      h("div", { class: "row" }, copy),
      h("label", { class: "row", for: "remember" }, remember, t("welcome.remember")),
      h("p", { class: "hint" }, t("welcome.remember_hint")),
      button(t("welcome.go_on"), {
        kind: "main",
        onclick: () => {
          signIn(credentials.api_key, { remember: remember.checked });
          done();
        },
      }),
    ),
  );
}
