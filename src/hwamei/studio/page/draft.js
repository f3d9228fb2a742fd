// What is being written, kept in this tab: looking at another view or switching the language loses nothing.

const KEPT = "hwamei.draft";

/** A paragraph without words. */
export const blank = (voice = "") => ({ text: "", voice, language: "" });

/** What was being written. */
export function loadDraft() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT));
    if (found?.segments?.length) return found;
  } catch {
    /* an older page wrote it */
  }
  return { segments: [blank()], speed: 1, pitch: 0, format: "mp3" };
}

/** Keep it. */
export function keepDraft(draft) {
  sessionStorage.setItem(KEPT, JSON.stringify(draft));
}
