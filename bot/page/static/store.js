// Conversations in the browser's own storage: they outlive a reload, nobody else sees them, and
// they never fill the storage up. Which of them is open is known to this tab alone.

export const MOST_CONVERSATIONS = 50;
export const MOST_TURNS = 60;
export const MOST_CHARACTERS = 3_000_000;
const LONGEST_PASSAGE = 400;
const LONGEST_TITLE = 120;

// Two apps on one host, under different paths, must not meet.
const PREFIX = `article-bot:${new URL("..", import.meta.url).pathname}:`;

// A browser may forbid storage; then things are remembered until the page is left.
function storage(kind) {
  try {
    const real = window[kind];
    real.setItem(`${PREFIX}probe`, "");
    real.removeItem(`${PREFIX}probe`);
    return real;
  } catch {
    const held = new Map();
    return {
      getItem: (name) => held.get(name) ?? null,
      setItem: (name, text) => held.set(name, text),
      removeItem: (name) => held.delete(name),
      key: (at) => [...held.keys()][at] ?? null,
      get length() {
        return held.size;
      },
    };
  }
}

const lasting = storage("localStorage");
const passing = storage("sessionStorage");

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const settings = {
  read: () => parse(lasting.getItem(`${PREFIX}settings`)) || {},
  write(values) {
    try {
      lasting.setItem(`${PREFIX}settings`, JSON.stringify(values));
    } catch {
      // The storage is full: the settings hold until the page is left.
    }
  },
};

const names = () => {
  const found = [];
  for (let at = 0; at < lasting.length; at++) {
    const name = lasting.key(at);
    if (name.startsWith(`${PREFIX}talk:`)) found.push(name);
  }
  return found;
};

// A conversation is {id, title, article: {id, key, title}, updated, turns: [{question, answer, vote}]}.
export const talks = {
  // All of them, the latest first.
  list() {
    return names()
      .map((name) => parse(lasting.getItem(name)))
      .filter((talk) => Array.isArray(talk?.turns))
      .sort((one, other) => other.updated - one.updated);
  },

  get(id) {
    const talk = id && parse(lasting.getItem(`${PREFIX}talk:${id}`));
    return Array.isArray(talk?.turns) ? talk : null;
  },

  // Keeps a conversation; the oldest ones make room for it.
  put(talk) {
    const text = JSON.stringify({
      ...talk,
      title: talk.title.slice(0, LONGEST_TITLE),
      turns: talk.turns.slice(-MOST_TURNS).map(slim),
    });
    const name = `${PREFIX}talk:${talk.id}`;
    const others = this.list().filter(({ id }) => id !== talk.id);
    let room = MOST_CHARACTERS - text.length;
    const kept = others.slice(0, MOST_CONVERSATIONS - 1).filter((other) => (room -= JSON.stringify(other).length) >= 0);
    for (const { id } of others) if (!kept.some((other) => other.id === id)) this.remove(id);
    for (;;) {
      try {
        lasting.setItem(name, text);
        return;
      } catch {
        if (!kept.length) return lasting.removeItem(name); // better no memory than a stale one
        this.remove(kept.pop().id);
      }
    }
  },

  remove(id) {
    lasting.removeItem(`${PREFIX}talk:${id}`);
  },
};

// The conversation that this tab has open about an article, and the one that it shows.
export const open = {
  about: (key) => passing.getItem(`${PREFIX}open:${key}`),
  shown: () => passing.getItem(`${PREFIX}shown`),
  set(key, id) {
    if (id) passing.setItem(`${PREFIX}open:${key}`, id);
    else passing.removeItem(`${PREFIX}open:${key}`);
    this.show(id);
  },
  show(id) {
    if (id) passing.setItem(`${PREFIX}shown`, id);
    else passing.removeItem(`${PREFIX}shown`);
  },
};

// How this tab stands, for when it is loaded anew: {token, picked, shown}. The token is what the
// server knows it by; it leaves this tab for that server alone.
export const place = {
  read: () => parse(passing.getItem(`${PREFIX}place`)) || {},
  write: (values) => passing.setItem(`${PREFIX}place`, JSON.stringify(values)),
};

// What a passage says can be read in the article: only its beginning is kept.
function slim({ question, answer, vote }) {
  const passages = answer.passages.map((passage) => ({ ...passage, text: passage.text.slice(0, LONGEST_PASSAGE) }));
  return { question, answer: { ...answer, passages }, vote };
}

export const fresh_id = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
