// Who is signed in. A key stays as long as the tab, unless the person asks to be remembered on this device.

const KEY = "hwamei.key";

/** The key, or null. */
export function key() {
  return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
}

/** Whether the key outlives the tab. */
export function isRemembered() {
  return localStorage.getItem(KEY) !== null;
}

/** Sign in with a key. */
export function signIn(given, { remember }) {
  signOut();
  (remember ? localStorage : sessionStorage).setItem(KEY, given);
}

/** Forget the key, and what was typed, chosen or recorded in this tab; who holds some of it hears `hwamei:forget`. */
export function signOut() {
  localStorage.removeItem(KEY);
  sessionStorage.clear();
  window.dispatchEvent(new Event("hwamei:forget"));
}
