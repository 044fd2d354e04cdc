// Joins the page to the server. `start` is called by the page's Gradio component, `follow` by the
// invisible one that carries the article.

import { ArticlePane } from "./article.js";
import { Chat } from "./chat.js";
import { Conversations } from "./conversations.js";
import { narrow, say } from "./dom.js";
import { Find } from "./find.js";
import { draw } from "./icons.js";
import { Opener } from "./opener.js";
import { Settings } from "./settings.js";
import { Tip } from "./tip.js";
import { load, number, t } from "./words.js";

let begin;
const begun = new Promise((resolve) => (begin = resolve));

export async function start({ element, trigger, props, watch, upload }) {
  await load();
  const root = element.querySelector(".ab");
  draw(root);
  const pane = new ArticlePane(root.querySelector(".ab-article"));
  const views = new Views(root);
  const settings = new Settings(root, (name) => {
    if (name === "language") pane.name();
    if (name === "language" || name === "rating") chat.reword();
  });
  const chat = new Chat(root, { send: trigger, pane, tip: new Tip(root), views, settings });
  new Find(root.querySelector(".ab-article"), pane);
  const shelf = new Shelf(root, { send: trigger, upload, pane, chat, settings });
  new Conversations(root, {
    open: (talk) => shelf.resume(talk),
    begin: () => chat.restart(),
    current: () => chat.talk?.id,
    renamed: (id, title) => chat.renamed(id, title),
    removed: (id) => chat.removed(id),
  });
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
  constructor(root, { send, upload, pane, chat, settings }) {
    Object.assign(this, { root, send, pane, chat, settings });
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
    say(t("cancelled"));
  }

  restore() {
    this.progress.hidden = true;
    this.opener.busy(false);
    this.pane.show(this.ready?.article || null);
    this.chat.enable(Boolean(this.ready?.article), "placeholder");
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
    this.chat.enable(false, "one_moment");
    this.progress.hidden = false;
    const bar = this.progress.querySelector("progress");
    if (total) {
      bar.max = total;
      bar.value = done;
    } else bar.removeAttribute("value");
    this.progress.querySelector(".ab-progress-text").textContent = total
      ? t("indexing_done", { n: number(done), total: number(total) })
      : t("indexing");
  }

  settle(state) {
    this.root.dataset.ready = "";
    const before = this.ready;
    this.ready = state;
    if (state.offered) {
      this.settings.offer(state.offered);
      this.opener.largest = state.offered.max_upload_mb;
    }
    if (this.opener.dialog.open) this.opener.done();
    this.restore();
    this.chat.examples(state.questions);
    this.opener.library(state.library, state.article?.id);
    const { wanted } = this;
    this.wanted = null;
    if (!before || before.article?.key !== state.article?.key) {
      this.chat.begin(state.article);
      if (before) say(t("ready", { title: state.article.title }));
    }
    if (wanted && this.chat.talk?.id !== wanted.id) this.chat.show(wanted);
  }

  // Goes on with a kept conversation, in its article where that can be had here.
  resume(talk) {
    const { id, key } = talk.article;
    const others = this.ready?.library.some((article) => article.id === id);
    if (key !== this.chat.about?.key && others) {
      this.wanted = talk; // shown when the article is ready
      this.open("library", id);
    } else this.chat.show(talk);
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
