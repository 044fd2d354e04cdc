// Joins the page to the server. `start` is called by the page's Gradio component, `follow` by the
// invisible one that carries the article.

import { ArticlePane } from "./article.js";
import { Chat } from "./chat.js";
import { narrow, say } from "./dom.js";
import { Find } from "./find.js";
import { Opener } from "./opener.js";
import { Tip } from "./tip.js";

let begin;
const begun = new Promise((resolve) => (begin = resolve));

export function start({ element, trigger, props, watch, upload }) {
  const root = element.querySelector(".ab");
  document.documentElement.lang = "en";
  const pane = new ArticlePane(root.querySelector(".ab-article"));
  const views = new Views(root);
  const chat = new Chat(root, { send: trigger, pane, tip: new Tip(root), views });
  new Find(root.querySelector(".ab-article"), pane);
  const shelf = new Shelf(root, { send: trigger, upload, pane, chat });
  watch("value", () => chat.receive(props.value));
  begin(shelf);
}

export async function follow({ props, watch }) {
  const shelf = await begun;
  watch("value", () => shelf.receive(props.value));
  shelf.receive(props.value);
}

// On a phone, chat and article take turns; this remembers where to come back to.
class Views {
  constructor(root) {
    this.root = root;
    this.tabs = [...root.querySelectorAll(".ab-views button")];
    this.back = root.querySelector("[data-do=back]");
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.show(tab.dataset.view));
    }
    this.back.addEventListener("click", () => {
      this.show("chat");
      this.from?.focus();
      this.from?.scrollIntoView({ block: "center" });
    });
  }

  show(view, from = null) {
    this.root.dataset.view = view;
    for (const tab of this.tabs) {
      if (tab.dataset.view === view) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    if (from) this.from = from;
    this.back.hidden = view === "chat" || !from;
    if (from && narrow()) this.back.focus({ preventScroll: true });
  }
}

// Which article is open, and how far the opening of the next one is.
class Shelf {
  constructor(root, { send, upload, pane, chat }) {
    Object.assign(this, { root, send, pane, chat });
    this.ready = null;
    this.request = 0;
    this.opener = new Opener(root, {
      upload,
      open: (kind, value, extra) => this.open(kind, value, extra),
    });
    this.progress = root.querySelector(".ab-progress");
    root.querySelector("[data-do=cancel]").addEventListener("click", () => this.cancel());
    this.opener.dialog.addEventListener("close", () => {
      if (this.stage === "reading") this.cancel();
    });
  }

  open(kind, value, extra = {}) {
    this.request += 1;
    this.stage = "reading";
    this.send("open", { request: this.request, kind, value, ...extra });
  }

  cancel() {
    this.send("cancel", {});
    this.request += 1; // whatever still arrives of it is stale
    this.stage = "ready";
    this.restore();
    say("Cancelled.");
  }

  restore() {
    this.progress.hidden = true;
    this.opener.busy(false);
    this.pane.show(this.ready?.article || null);
    this.chat.enable(Boolean(this.ready?.article), "Ask about this article");
  }

  receive(state) {
    if (!state) return;
    if (state.request === "look") return this.look(state);
    if (state.request !== undefined && state.request !== this.request) return;
    this.stage = state.stage;
    if (state.stage === "indexing") this.indexing(state);
    if (state.stage === "ready") this.settle(state);
    if (state.stage === "failed") {
      this.restore();
      this.opener.show(state.error);
    }
  }

  indexing({ article, done, total }) {
    if (this.opener.dialog.open) this.opener.done();
    this.pane.show(article);
    this.chat.enable(false, "One moment, the article is being indexed");
    this.progress.hidden = false;
    const bar = this.progress.querySelector("progress");
    if (total) {
      bar.max = total;
      bar.value = done;
    } else bar.removeAttribute("value");
    this.progress.querySelector(".ab-progress-text").textContent = total
      ? `Indexing: ${done} of ${total} passages`
      : "Indexing";
  }

  settle(state) {
    this.root.dataset.ready = "";
    const before = this.ready;
    this.ready = state;
    if (this.opener.dialog.open) this.opener.done();
    this.restore();
    this.chat.examples(state.questions);
    this.opener.library(state.library, state.article?.id);
    if (before && before.article?.key === state.article?.key) return;
    this.chat.begin(state.article?.key);
    if (before) say(`Ready: ${state.article.title}`);
  }

  // A citation leads into another article of the library: show that, keep the conversation.
  look(state) {
    if (state.stage === "failed") say(state.error);
    if (state.stage !== "ready") return;
    this.ready = state;
    this.pane.show(state.article);
    this.opener.library(state.library, state.article.id);
    this.pane.then?.();
    this.pane.then = null;
  }
}
