// Keeps the conversation about an article across reloads, in this browser tab only.

const MOST = 30;
const name = (key) => `article-bot:${key}`;

// A browser may forbid storage; then a reload starts anew, and nothing else is lost.
function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

export function remember(key, turns) {
  const kept = turns
    .filter((turn) => turn.state === "done")
    .slice(-MOST)
    .map(({ question, answer }) => ({ question, answer }));
  try {
    if (kept.length) storage()?.setItem(name(key), JSON.stringify(kept));
    else storage()?.removeItem(name(key));
  } catch {
    storage()?.removeItem(name(key)); // the quota is used up: better no memory than a stale one
  }
}

export function recall(key) {
  try {
    return JSON.parse(storage()?.getItem(name(key)) || "[]");
  } catch {
    return [];
  }
}
