// The native API. Nothing else is ever called.

import { key } from "./session.js";

const BASE = "/hwamei/v1";
const AGAIN_MS = 1500;
const MOST_STREAMS = 3; // a browser opens six connections to a server; whoever else wants to know asks again and again
const ENDED = ["done", "succeeded", "failed", "cancelled"];

let streams = 0;

/** What the server refused: `code` for us, `message` in English, `retryAfterS` where coming back helps. */
export class Refusal extends Error {
  constructor(status, error, retryAfterS) {
    super(error.message);
    Object.assign(this, { status, code: error.code, fields: error.fields ?? {}, retryAfterS });
  }
}

/** The answer to a call, before its body is read. Raises Refusal; with the code `offline` where nobody answers. */
export async function open(method, path, { json, body, query, signal, withKey = key() } = {}) {
  const headers = withKey ? { Authorization: `Bearer ${withKey}` } : {};
  if (json !== undefined) headers["Content-Type"] = "application/json";
  const address = `${BASE}${path}${query ? `?${new URLSearchParams(query)}` : ""}`;
  let answer;
  try {
    answer = await fetch(address, {
      method,
      headers,
      signal,
      body: json === undefined ? body : JSON.stringify(json),
      cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, { code: "offline", message: String(error) });
  }
  if (!answer.ok) {
    if (withKey === key()) leaveIfRefused(answer.status);
    throw await refusal(answer);
  }
  return answer;
}

/** A key that is void, or an app that is disabled: whoever is here is nobody any more. */
function leaveIfRefused(status) {
  if ((status === 401 || status === 403) && key()) window.dispatchEvent(new Event("hwamei:signed-out"));
}

async function refusal(answer) {
  const told = await answer.json().catch(() => ({}));
  const error = told.error ?? { code: "unexpected", message: `HTTP ${answer.status}` };
  return new Refusal(answer.status, error, Number(answer.headers.get("Retry-After")) || null);
}

/** What a call answers, as JSON; null where it says nothing. */
export async function call(method, path, options) {
  const answer = await open(method, path, options);
  return answer.status === 204 ? null : answer.json();
}

export const get = (path, query, signal) => call("GET", path, { query, signal });
export const post = (path, json) => call("POST", path, { json: json ?? {} });

/** A form with files, with how much of it has gone out; fetch cannot tell that. */
export function send(path, body, { query, progress = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${BASE}${path}${query ? `?${new URLSearchParams(query)}` : ""}`);
    request.setRequestHeader("Authorization", `Bearer ${key()}`);
    request.upload.addEventListener("progress", (event) => progress(event.total ? event.loaded / event.total : 0));
    request.addEventListener("error", () => reject(new Refusal(0, { code: "offline", message: "" })));
    request.addEventListener("load", () => {
      let told = null;
      try {
        told = JSON.parse(request.responseText);
      } catch {
        /* not ours: a proxy speaks */
      }
      if (request.status < 300) return resolve(told);
      leaveIfRefused(request.status);
      return reject(
        new Refusal(
          request.status,
          told?.error ?? { code: "unexpected", message: `HTTP ${request.status}` },
          Number(request.getResponseHeader("Retry-After")) || null,
        ),
      );
    });
    request.send(body);
  });
}

/** Tell `seen` how a job or task stands, each time that it is different, until it has ended or nobody listens. */
export async function follow(path, seen, signal) {
  while (!signal.aborted) {
    try {
      if (await (streams < MOST_STREAMS ? listen(path, seen, signal) : look(path, seen, signal))) return;
    } catch (error) {
      if (error.name === "AbortError" || (error.status >= 400 && error.status < 500 && error.status !== 429)) return;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** Whether it has ended; else the server said no more, which it does after a while. */
async function listen(path, seen, signal) {
  streams += 1;
  try {
    for await (const [name, data] of events(`${path}/events`, signal)) {
      if (name === "gone") return false;
      seen(data);
      if (name === "ended") return true;
    }
    return false;
  } finally {
    streams -= 1;
  }
}

async function look(path, seen, signal) {
  const found = await get(path, undefined, signal);
  seen(found);
  return ENDED.includes(found.state);
}

/** Server-sent events by fetch: EventSource could not send the key. */
async function* events(path, signal) {
  const answer = await open("GET", path, { signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const [, name] = /^event: (\w+)$/m.exec(part) ?? [];
      const [, data] = /^data: (.*)$/m.exec(part) ?? [];
      if (name) yield [name, JSON.parse(data)];
    }
  }
}

/** An address that the server gave out, at the address that this page came from. */
export function local(url) {
  const parts = new URL(url, location.href);
  return `${parts.pathname}${parts.search}`;
}

/** All items of a list, page by page. */
export async function all(path, query = {}) {
  const items = [];
  for (;;) {
    const page = await get(path, { ...query, limit: 100, offset: items.length });
    items.push(...page.items);
    if (!page.items.length || items.length >= page.total || items.length >= 1000) return items;
  }
}
