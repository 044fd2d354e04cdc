// The articles at hand: which are asked, which one is shown, and what the page shows of additions.

import { Additions, how_far } from "./additions.js";
import { say } from "./dom.js";
import { Library } from "./library.js";
import { Opener } from "./opener.js";
import { open, place, talks } from "./store.js";
import { number, t } from "./words.js";

export class Shelf {
  constructor(root, { send, upload, pane, chat, views, settings }) {
    Object.assign(this, { root, send, pane, chat, views, settings });
    this.rows = [];
    this.picked = new Set(); // ids of the articles to ask
    this.ready = null; // the state of the server that the page stands at
    this.token = ""; // what the server knows this tab by
    this.request = 0;
    this.additions = new Additions({
      send,
      upload,
      changed: () => this.refresh(),
      failed: (job, errors) => this.failed(job, errors),
    });
    this.opener = new Opener(root, { add: (given) => this.additions.add(given), cancel: (job) => this.cancel(job) });
    this.library = new Library(root, this);
    this.progress = root.querySelector(".ab-progress");
    root.querySelector("[data-do=cancel]").addEventListener("click", () => this.cancel(this.additions.current));
    root.querySelector("[data-do=invite]").addEventListener("click", () => this.opener.show());
    root.querySelector(".ab-asking").addEventListener("click", () => this.library.show());
    root.addEventListener("close", () => this.reveal(), true);
  }

  // ------------------------------------------------------------------- what is there
  row(id) {
    return this.rows.find((row) => row.id === id);
  }

  // Where the words of a passage lie: exactly that article, or one under its id where all that is
  // known is the id.
  row_of({ article_id: id, key }) {
    return key ? this.rows.find((row) => row.key === key) : this.row(id);
  }

  get shown() {
    return this.pane.article?.id;
  }

  get several() {
    return this.picked.size > 1;
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

  // In words what is asked, where that is not simply the shown article or the one to come.
  asking() {
    const n = this.picked.size;
    if (!this.rows.length || this.chat.coming) return "";
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
    this.progress.querySelector(".ab-progress-text").textContent = this.under_way();
    if (this.ready) place.write({ token: this.token, picked: [...this.picked], shown: this.chat.about?.id });
    this.chat.update();
    this.library.fill();
  }

  // In words how far the current addition is, and how many wait for it.
  under_way() {
    const { current, waiting } = this.additions;
    if (!current) return "";
    const words = how_far(current);
    return waiting.length ? `${words} · ${t("queued_number", { n: number(waiting.length) })}` : words;
  }

  // ------------------------------------------------------------------------- showing
  open(id) {
    this.request += 1;
    this.send("open", { request: this.request, kind: "show", value: id });
  }

  // Shows an article of the drawer.
  show(id) {
    this.views.show("article");
    if (id !== this.shown || !(this.several || this.picked.has(id))) this.bring(id);
  }

  // Where one article is asked, another one that is shown takes its place; several stay picked.
  bring(id) {
    this.pane.then = null; // where a citation was to lead
    if (this.several || this.additions.current) this.send("open", { request: "look", kind: "look", value: id });
    else this.open(id);
  }

  restore() {
    this.progress.hidden = true;
    this.pane.show(this.ready?.article || null);
    this.chat.enable(Boolean(this.rows.length));
    this.refresh();
  }

  receive(state) {
    if (!state) return;
    if (state.offered) this.offer(state.offered);
    const job = this.additions.current;
    if (state.token) this.token = state.token;
    if (state.stage === "asleep") this.send("arrange", { ...place.read(), request: 0, do: "begin" });
    else if (state.stage === "arranged") this.arranged(state);
    else if (state.request === "look") this.look(state);
    else if (state.request === job?.id) this.added(job, state);
    else if (state.request === this.request) this.step(state);
  }

  offer(offered) {
    this.settings.offer(offered);
    this.opener.offer(offered);
    this.library.offer(offered);
    this.additions.largest = offered.max_upload_mb;
  }

  step(state) {
    if (state.stage === "showing") this.turn_to(state.article);
    if (state.stage === "ready") this.settle(state);
    if (state.stage !== "failed") return;
    this.restore();
    this.library.tell(state.error);
  }

  // The one article that is asked is now this one; the questions to start with are still to come.
  turn_to(article) {
    this.ready = { ...this.ready, article };
    this.picked = new Set([article.id]);
    this.chat.examples([]);
    if (this.chat.about?.key !== article.key) this.chat.begin(article);
    this.restore();
  }

  // The article that the page begins with, or that was picked in the drawer.
  settle(state) {
    const first = !this.ready;
    const before = first && talks.get(open.shown());
    this.root.dataset.ready = "";
    this.ready = state;
    this.rows = state.library;
    const alone = !this.several;
    if (state.picked) this.picked = new Set(state.picked);
    else if (alone) this.picked = new Set([state.article.id]);
    this.chat.examples(state.questions);
    const { wanted } = this;
    this.wanted = null;
    if (first || (alone && this.chat.about?.key !== state.article.key)) this.chat.begin(state.article);
    this.restore();
    if (!first && !this.library.dialog.open) this.library.tell(t("ready", { title: state.article.title }));
    if (wanted) this.go_on(wanted);
    else if (before && before.id !== this.chat.talk?.id) this.resume(before);
  }

  // -------------------------------------------------------------------------- adding
  cancel(job) {
    const begun = job === this.additions.current;
    if (begun) this.chat.hold(false);
    this.additions.cancel(job);
    if (begun) this.restore();
    this.library.tell(t("cancelled"));
  }

  added(job, state) {
    if (state.stage === "indexing") this.indexing(job, state);
    if (state.stage === "ready") this.arrive(job, state);
    if (state.stage === "failed") this.additions.fail(job, [state.error]);
  }

  indexing(job, { article, n, done, total }) {
    if (job.stage !== "indexing") {
      this.opener.done(job);
      this.pane.show(article);
    }
    const name = n > 1 ? t("articles_number", { n: number(n) }) : article.title;
    Object.assign(job, { stage: "indexing", name, done, total });
    this.chat.enable(false, true);
    this.progress.hidden = false;
    const bar = this.progress.querySelector("progress");
    if (total) {
      bar.max = total;
      bar.value = done;
    } else bar.removeAttribute("value");
    this.refresh();
  }

  // Articles are in. Where one was asked, or only what came just before, they are asked now.
  arrive(job, state) {
    const { arrived } = this.additions;
    const apart = this.picked.size < 2 || [...this.picked].every((id) => arrived.includes(id));
    const before = apart ? arrived : this.picked;
    this.ready = state;
    this.rows = state.library;
    this.opener.done(job);
    this.picked = new Set([...before, ...state.added]);
    this.additions.done(state.added, state.failures);
    this.chat.examples(state.questions);
    if (apart && !arrived.length && this.chat.about?.key !== state.article.key) this.chat.begin(state.article);
    this.restore();
    this.find_again();
    this.library.tell(this.arrival(state));
    if (!this.additions.current) this.chat.ask_held();
  }

  arrival({ article, added, new: fresh }) {
    if (!fresh) return t("already", { title: article.title });
    return added.length > 1 ? t("added_several", { n: number(fresh) }) : t("added", { title: article.title });
  }

  // Why something, or a part of it, cannot be read: where it was given, or in the drawer.
  failed(job, errors) {
    if (!this.additions.waiting.length) this.chat.hold(false);
    this.restore();
    if (this.opener.job === job) return this.opener.show(errors[0]);
    this.untold = true;
    this.library.tell(errors[0]);
    this.reveal();
  }

  // The drawer comes up with what has failed as soon as nothing else is in front.
  reveal() {
    if (!this.untold || (this.root.querySelector("dialog[open]") && !this.library.dialog.open)) return;
    this.untold = false;
    if (!this.library.dialog.open) this.library.show();
  }

  // A citation leads into another article, or it is only looked at: the conversation stays.
  look(state) {
    if (!["ready", "failed"].includes(state.stage)) return;
    const { then } = this.pane;
    this.pane.then = null;
    if (state.stage === "failed") return then ? then(state.error) : this.library.tell(state.error);
    this.ready = state;
    this.rows = state.library;
    if (this.additions.current) this.pane.show(state.article);
    else this.restore();
    then?.();
  }

  // ------------------------------------------------------------------- conversations
  // Goes on with a kept conversation, in its articles where those can be had here.
  resume(talk) {
    const row = this.row_of(talk.article);
    if (row && talk.article.key !== this.chat.about?.key) {
      this.wanted = talk; // shown when the article is ready
      this.picked = new Set([row.id]);
      this.open(row.id);
    } else this.go_on(talk);
  }

  // The article of the conversation that could only be read is back.
  find_again() {
    const { elsewhere, talk } = this.chat;
    if (elsewhere && this.row_of(talk.article)) this.resume(talks.get(talk.id));
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
    else if (lost && !this.additions.current) {
      this.ready = { ...this.ready, article: null };
      this.chat.begin(null);
      this.chat.examples([]);
      this.restore();
    }
    this.refresh();
  }
}
