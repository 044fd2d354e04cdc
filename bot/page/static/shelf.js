// The articles at hand: which are asked, which one is shown, and how far an addition is.

import { say } from "./dom.js";
import { Library } from "./library.js";
import { Opener } from "./opener.js";
import { number, t } from "./words.js";

export class Shelf {
  constructor(root, { send, upload, pane, chat, views, settings }) {
    Object.assign(this, { root, send, pane, chat, views, settings });
    this.rows = [];
    this.picked = new Set(); // ids of the articles to ask
    this.ready = null; // the state of the server that the page stands at
    this.request = 0;
    this.opener = new Opener(root, {
      upload,
      open: (kind, value, extra) => this.open(kind, value, extra),
    });
    this.library = new Library(root, this);
    this.progress = root.querySelector(".ab-progress");
    root.querySelector("[data-do=cancel]").addEventListener("click", () => this.cancel());
    root.querySelector("[data-do=invite]").addEventListener("click", () => this.opener.show());
    root.querySelector(".ab-asking").addEventListener("click", () => this.library.show());
    this.opener.dialog.addEventListener("close", () => {
      if (this.stage === "reading" && this.adding) this.cancel();
    });
  }

  // ------------------------------------------------------------------- what is there
  row(id) {
    return this.rows.find((row) => row.id === id);
  }

  get shown() {
    return this.pane.article?.id;
  }

  get several() {
    return this.picked.size > 1;
  }

  get busy() {
    return this.adding && ["reading", "indexing"].includes(this.stage);
  }

  // What goes along with a question.
  asked() {
    const { article } = this.pane;
    const shown = article && this.picked.has(article.id) ? { id: article.id, key: article.key } : null;
    return { article: shown, articles: [...this.picked] };
  }

  pick(ids) {
    this.picked = new Set(ids.filter((id) => this.row(id)));
    this.refresh();
  }

  pick_all(all) {
    const one = this.row(this.shown) ? this.shown : this.rows[0]?.id;
    this.pick(all ? this.rows.map(({ id }) => id) : [one]);
  }

  // In words what is asked, where that is not simply the shown article.
  asking() {
    const n = this.picked.size;
    if (!this.rows.length) return "";
    if (!n) return t("asking_none");
    const [id] = this.picked;
    if (n === 1) return id === this.shown ? "" : t("asking_one", { title: this.row(id).title });
    return t(n === this.rows.length ? "asking_all" : "asking", { n: number(n) });
  }

  refresh() {
    const node = this.root.querySelector(".ab-asking");
    const words = this.asking();
    node.querySelector("span").textContent = words;
    node.hidden = !words;
    this.root.querySelector("[data-do=invite]").hidden = Boolean(this.pane.article);
    this.chat.update();
    this.library.fill();
  }

  // ------------------------------------------------------------- adding and showing
  open(kind, value, extra = {}) {
    if (this.busy) return this.opener.show(t("one_moment"));
    this.request += 1;
    this.stage = "reading";
    this.adding = kind !== "show";
    if (this.adding) {
      const name = extra.name || value.trim().replace(/\s+/g, " ").slice(0, 80);
      this.library.job({ name, stage: "reading" });
    }
    this.send("open", { request: this.request, kind, value, ...extra });
  }

  // Shows an article of the drawer.
  show(id) {
    this.views.show("article");
    if (id !== this.shown || !(this.several || this.picked.has(id))) this.bring(id);
  }

  // Where one article is asked, another one that is shown takes its place; several stay picked.
  bring(id) {
    this.pane.then = null; // where a citation was to lead
    if (this.several || this.busy) this.send("open", { request: "look", kind: "look", value: id });
    else this.open("show", id);
  }

  cancel() {
    this.send("cancel", {});
    this.request += 1; // whatever still arrives of it is stale
    this.stage = "ready";
    this.library.job(null);
    this.restore();
    this.library.tell(t("cancelled"));
  }

  restore() {
    this.progress.hidden = true;
    this.opener.busy(false);
    this.pane.show(this.ready?.article || null);
    this.chat.enable(Boolean(this.rows.length));
    this.refresh();
  }

  receive(state) {
    if (!state) return;
    if (state.offered) this.offer(state.offered);
    if (state.stage === "asleep") this.send("arrange", { request: 0, do: "begin" });
    else if (state.stage === "arranged") this.arranged(state);
    else if (state.request === "look") this.look(state);
    else if (state.request === undefined || state.request === this.request) this.step(state);
  }

  offer(offered) {
    this.settings.offer(offered);
    this.opener.offer(offered);
    this.library.offer(offered);
  }

  step(state) {
    this.stage = state.stage;
    if (state.stage === "showing") this.turn_to(state.article);
    if (state.stage === "indexing") this.indexing(state);
    if (state.stage === "ready") this.settle(state);
    if (state.stage !== "failed") return;
    this.library.failed(this.adding ? [state.error] : []);
    this.restore();
    if (this.adding) this.opener.show(state.error);
    else this.library.tell(state.error);
  }

  // The one article that is asked is now this one; the questions to start with are still to come.
  turn_to(article) {
    this.ready = { ...this.ready, article };
    this.picked = new Set([article.id]);
    this.chat.examples([]);
    if (this.chat.about?.key !== article.key) this.chat.begin(article);
    this.restore();
  }

  indexing(state) {
    const { done, total } = state;
    if (this.previewed !== state.request) {
      this.previewed = state.request;
      if (this.opener.dialog.open) this.opener.done();
      this.pane.show(state.article);
    }
    this.chat.enable(false, "one_moment");
    this.progress.hidden = false;
    const bar = this.progress.querySelector("progress");
    if (total) {
      bar.max = total;
      bar.value = done;
    } else bar.removeAttribute("value");
    const words = total ? t("indexing_done", { n: number(done), total: number(total) }) : t("indexing");
    this.progress.querySelector(".ab-progress-text").textContent = words;
    const name = state.n > 1 ? t("articles_number", { n: number(state.n) }) : state.article.title;
    this.library.job({ name, stage: "indexing", done, total });
  }

  settle(state) {
    const first = !this.ready;
    this.root.dataset.ready = "";
    this.ready = state;
    this.rows = state.library;
    if (this.opener.dialog.open) this.opener.done();
    this.library.failed(state.failures || []);
    const id = state.article?.id;
    const alone = !this.several || first;
    if (state.picked) this.picked = new Set(state.picked);
    else if (!alone) this.picked = new Set([...this.picked, ...(state.added || [])]);
    else this.picked = new Set(state.added || (id ? [id] : []));
    this.restore();
    this.chat.examples(state.questions);
    const { wanted } = this;
    this.wanted = null;
    if (alone && (first || this.chat.about?.key !== state.article?.key)) this.chat.begin(state.article);
    if (state.added) this.library.tell(this.arrival(state));
    else if (!first && !this.library.dialog.open) this.library.tell(t("ready", { title: state.article.title }));
    if (wanted) this.go_on(wanted);
  }

  arrival({ article, added, new: fresh }) {
    if (!fresh) return t("already", { title: article.title });
    return added.length > 1 ? t("added_several", { n: number(fresh) }) : t("added", { title: article.title });
  }

  // A citation leads into another article, or it is only looked at: the conversation stays.
  look(state) {
    if (!["ready", "failed"].includes(state.stage)) return;
    const { then } = this.pane;
    this.pane.then = null;
    if (state.stage === "failed") return then ? then(state.error) : this.library.tell(state.error);
    this.ready = state;
    this.rows = state.library;
    if (this.busy) this.pane.show(state.article);
    else this.restore();
    then?.();
  }

  // ------------------------------------------------------------------- conversations
  // Goes on with a kept conversation, in its articles where those can be had here.
  resume(talk) {
    const { id, key } = talk.article;
    if (key !== this.chat.about?.key && this.row(id)) {
      this.wanted = talk; // shown when the article is ready
      this.picked = new Set([id]);
      this.open("show", id);
    } else this.go_on(talk);
  }

  go_on(talk) {
    if (this.chat.talk?.id !== talk.id) this.chat.show(talk);
    const asked = (talk.asked || []).filter((id) => this.row(id));
    if (asked.length && !this.chat.elsewhere) this.pick(asked);
  }

  // ------------------------------------------------------------------------ removing
  remove(id) {
    this.before = { id, picked: [...this.picked], shown: this.shown };
    this.send("arrange", { request: "remove", do: "remove", id });
  }

  undo() {
    this.send("arrange", { request: "undo", do: "undo" });
  }

  // What was removed is now gone for good.
  forget() {
    if (this.before) this.send("arrange", { request: "settle", do: "settle" });
    this.before = null;
  }

  arranged(state) {
    if (state.library) this.rows = state.library;
    if (state.error && !this.ready) return this.not_begun(state.error);
    if (state.error) this.library.tell(state.error);
    const { before } = this;
    if (state.request === "undo" || state.error) this.before = null;
    if (state.request === "undo" && state.back && before) {
      this.picked = new Set(before.picked);
      if (before.shown === state.back) this.bring(state.back);
    }
    this.leave_removed();
    this.library.arranged(state);
  }

  // The articles, or the first of them, cannot be read: what is listed can still be opened.
  not_begun(error) {
    this.root.dataset.ready = "";
    this.ready = {};
    this.restore();
    this.pane.tell(error);
  }

  // What is no longer there is neither asked nor shown.
  leave_removed() {
    this.picked = new Set([...this.picked].filter((id) => this.row(id)));
    const lost = this.shown && !this.row(this.shown);
    const next = [...this.picked][0] || this.rows[0]?.id;
    if (lost && next) this.bring(next);
    else if (lost && !this.busy) {
      this.ready = { ...this.ready, article: null };
      this.chat.begin(null);
      this.chat.examples([]);
      this.restore();
    }
    this.refresh();
  }
}
