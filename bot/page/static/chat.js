// The conversation: asks, stops, retries, edits, and leads from citations to the article.

import { button, el, say } from "./dom.js";
import { MOST_TURNS, fresh_id, open, talks } from "./store.js";
import { in_quotes } from "./text.js";
import { Turn } from "./turn.js";
import { t } from "./words.js";

const HISTORY = 6; // turns that go along with a question

export class Chat {
  // `send(name, data)` reaches the server; `pane` is the article, `views` switches on phones.
  constructor(root, { send, pane, tip, views, settings }) {
    Object.assign(this, { root, send, pane, tip, views, settings });
    this.turns = [];
    this.ready = true;
    this.coming = false; // whether what is to be asked is being indexed
    this.talk = null; // what is kept of it, once there is something to keep
    this.held = false; // whether what is written waits for the articles that are being added
    this.halted = null; // a question to stop as soon as the server knows it
    this.elsewhere = false; // whether its article is not at hand, so that it can only be read
    this.list = root.querySelector(".ab-turns");
    this.log = root.querySelector(".ab-log");
    this.welcome = root.querySelector(".ab-welcome");
    this.field = root.querySelector("#ab-question");
    this.find = (name) => root.querySelector(`.ab-chat [data-do=${name}]`);
    this.bind();
  }

  bind() {
    const form = this.root.querySelector(".ab-composer");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
    });
    this.field.addEventListener("input", () => {
      this.fit();
      if (this.held) this.hold(false);
    });
    this.find("stop").addEventListener("click", () => this.stop());
    this.find("restart").addEventListener("click", () => this.restart());
    this.find("anew").addEventListener("click", () => this.restart());
    this.find("again").addEventListener("click", () => this.shelf.opener.show());
  }

  get last() {
    return this.turns[this.turns.length - 1];
  }

  get running() {
    return this.last?.state === "running";
  }

  get can_ask() {
    return this.ready && this.shelf.picked.size > 0 && !this.running && !this.elsewhere;
  }

  is_last(turn) {
    return !this.elsewhere && (this.last === turn || !this.turns.includes(turn));
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  // ------------------------------------------------------------------------- asking
  submit() {
    const question = this.field.value.trim();
    if (question && this.coming && !this.running) this.hold(true);
    if (!question || !this.can_ask) return;
    this.field.value = "";
    this.fit();
    this.ask(question);
  }

  // Whether what is written will be asked as soon as the articles are in that are being added.
  hold(held) {
    this.held = held;
    this.update();
    if (held) say(t("held"));
  }

  ask_held() {
    if (!this.held) return;
    this.hold(false);
    this.submit();
  }

  ask(question) {
    if (!this.can_ask) return;
    const before = this.last;
    const history = this.history();
    const turn = new Turn(this, question);
    this.turns.push(turn);
    before?.show(); // it is no longer the last: only that one can be retried or edited
    this.list.append(turn.node);
    this.update();
    this.log.scrollTop = this.log.scrollHeight;
    const settings = this.settings.for_question();
    this.send("ask", { turn: turn.id, question, history, ...this.shelf.asked(), settings });
    say(t("stage_retrieving"));
    this.watch(turn);
  }

  // A server that has gone away says nothing, so ask it now and then whether it is there.
  watch(turn) {
    const health = new URL("../health", import.meta.url);
    const look = setInterval(async () => {
      const alive = await fetch(health).then((reply) => reply.ok, () => false);
      if (turn.state !== "running") clearInterval(look);
      else if (!alive) this.receive({ turn: turn.id, stage: "", text: turn.text, answer: null, error: t("lost") });
    }, 2500);
  }

  history() {
    return this.turns
      .filter((turn) => turn.state === "done")
      .slice(-HISTORY)
      .flatMap(({ question, answer }) => [
        { role: "user", text: question },
        { role: "assistant", text: answer.text },
      ]);
  }

  receive(state) {
    const turn = this.last;
    if (state?.turn === this.halted && !this.running) {
      this.halted = null;
      this.send("stop", {});
    }
    if (!state || !turn || turn.id !== state.turn || turn.state !== "running") return;
    const pinned = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    turn.begun = true;
    turn.receive(state);
    if (pinned) this.log.scrollTop = this.log.scrollHeight;
    if (turn.state === "running") return;
    this.update();
    this.keep();
  }

  stop() {
    if (!this.running) return;
    this.halt();
    this.last.stop();
    this.update();
    this.field.focus();
  }

  // The server can only stop what it has begun, which it tells with a first state.
  halt() {
    if (this.last.begun) this.send("stop", {});
    else this.halted = this.last.id;
  }

  retry() {
    this.resend(this.last.question);
  }

  // Asks in place of the last question, as if that had not been asked.
  resend(question) {
    this.turns.pop().node.remove();
    this.ask(question);
    this.field.focus();
  }

  // A rating goes to the server only where it says that it collects them.
  rate(turn) {
    this.keep();
    if (!this.settings.offered.feedback) return;
    const { question, answer, vote } = turn;
    const article = this.pane.article?.title;
    this.send("rate", { vote, question, answer: answer.text, status: answer.status, article });
  }

  // ------------------------------------------------------------------ conversations
  // Writes down what has been answered so far.
  keep() {
    const done = this.turns.filter((turn) => turn.state === "done");
    if (!done.length || (this.elsewhere && !this.talk)) return;
    this.talk ??= { id: fresh_id(), title: done[0].question.replace(/\s+/g, " "), article: this.about };
    this.talk.updated = Date.now();
    const { articles: asked } = this.shelf.asked();
    talks.put({ ...this.talk, asked, turns: done.map(({ question, answer, vote }) => ({ question, answer, vote })) });
    open.set(this.talk.article.key, this.talk.id);
  }

  reset() {
    if (this.running) this.halt();
    this.turns = [];
    this.talk = null;
    this.elsewhere = false;
    open.show(null);
    this.list.replaceChildren();
    this.pane.unmark();
    this.update();
  }

  restart() {
    open.set(this.about?.key, null);
    this.reset();
    this.field.focus();
  }

  // Starts on an article: with what this tab had said about it before.
  begin(article) {
    this.reset();
    this.about = article && { id: article.id, key: article.key, title: article.title };
    const talk = article && talks.get(open.about(article.key));
    if (talk) this.show(talk);
  }

  // Shows a kept conversation; about an article that is not at hand it can only be read.
  show(talk) {
    this.reset();
    this.talk = { id: talk.id, title: talk.title, article: talk.article };
    this.elsewhere = talk.article.key !== this.about?.key;
    open.set(talk.article.key, talk.id);
    for (const { question, answer, vote } of talk.turns.slice(-MOST_TURNS)) {
      const turn = new Turn(this, question);
      this.turns.push(turn);
      turn.restore(answer, vote);
      this.list.append(turn.node);
    }
    for (const turn of this.turns) turn.show(); // only now it is known which is the last
    this.update();
    this.log.scrollTop = this.log.scrollHeight;
  }

  // The shown conversation was given another name, or deleted, in the list.
  renamed(id, title) {
    if (this.talk?.id === id) this.talk.title = title;
  }

  removed(id) {
    if (this.talk?.id === id) this.restart();
  }

  // ------------------------------------------------------------------------ the page
  examples(questions) {
    const items = questions.map((question) =>
      el("li", {}, button(question, () => this.ask(question), { class: "ab-example", dir: "auto" })),
    );
    const list = this.root.querySelector(".ab-examples");
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
  }

  // Those of some questions that have not been asked yet, for people who look for a way on.
  unasked(questions) {
    const asked = new Set(this.turns.map((turn) => turn.question));
    return this.elsewhere ? [] : questions.filter((question) => !asked.has(question));
  }

  // Questions are asked, or wait for what is coming, or there is nothing to ask.
  enable(ready, coming = false) {
    this.ready = ready;
    this.coming = coming;
    this.update();
  }

  // Every text of the page anew: it speaks another language.
  reword() {
    for (const turn of this.turns) turn.show();
    this.update();
  }

  update() {
    this.tell_missing();
    this.welcome.hidden = this.turns.length > 0;
    this.find("restart").hidden = this.turns.length === 0;
    this.find("ask").hidden = this.running;
    this.find("stop").hidden = !this.running;
    const askable = this.coming || (this.ready && this.shelf.picked.size);
    this.find("ask").disabled = this.held || this.elsewhere || !askable;
    this.root.querySelector(".ab-held").hidden = !this.held;
    this.root.querySelector(".ab-keys").hidden = this.held;
    this.field.disabled = this.elsewhere;
    this.field.form.hidden = this.elsewhere;
    this.field.placeholder = this.elsewhere ? "" : this.placeholder();
    for (const node of this.root.querySelectorAll(".ab-example")) node.disabled = !this.ready;
  }

  // Says which of the quoted articles are not here any more, and what can be done.
  tell_missing() {
    const note = this.root.querySelector(".ab-elsewhere");
    const titles = this.missing();
    const words = this.elsewhere ? t("elsewhere", { title: this.talk.article.title }) : titles.length ? t("missing", { titles }) : "";
    note.hidden = !words;
    if (note.firstElementChild.textContent !== words) note.firstElementChild.textContent = words;
    note.querySelector(".ab-actions").hidden = !this.elsewhere;
  }

  missing() {
    const cited = this.turns.flatMap(({ answer }) => answer?.citations ?? []);
    const titles = cited.filter((citation) => !this.shelf.row_of(citation)).map(({ title, article_id: id }) => title ?? id);
    return [...new Set(titles)].join(" · ");
  }

  placeholder() {
    if (this.coming) return t("one_moment");
    if (!this.shelf.rows.length) return t("placeholder_none");
    return t(this.shelf.several ? "placeholder_several" : "placeholder");
  }

  // ---------------------------------------------------------------------- citations
  preview(citation) {
    const shown = this.pane.says(citation);
    const page = shown ? this.pane.page_number(citation) : null;
    const place = page ? t("page_number", { n: page }) : !shown && citation.title;
    return `${in_quotes(citation.quote)}${place ? ` (${place})` : ""}`;
  }

  // Marks all sources of an answer, this one (and in it the words that answer) strongest.
  cite(turn, number, marker) {
    const { citations, short } = turn.answer;
    const cited = citations[number - 1];
    const spans = citations
      .filter((citation) => citation.article_id === cited.article_id && citation !== cited)
      .map((citation) => ({ ...citation, kind: "also" }));
    spans.push({ ...cited, kind: "cited" });
    const at = short && short !== cited.quote ? cited.quote.indexOf(short) : -1;
    if (at >= 0) {
      const start = cited.start + [...cited.quote.slice(0, at)].length;
      spans.push({ ...cited, start, end: start + [...short].length, quote: short, kind: "key" });
    }
    this.lead(cited, spans, marker);
    for (const other of this.root.querySelectorAll(".ab-cite[aria-current]")) {
      other.removeAttribute("aria-current");
    }
    marker.setAttribute("aria-current", "true");
  }

  quote(passage, from) {
    this.lead(passage, [{ ...passage, kind: "cited" }], from);
  }

  // Shows the article of a passage and marks spans in it, as far as their words stand there.
  lead(passage, spans, from) {
    if (!this.pane.holds(passage)) {
      const row = this.shelf.row_of(passage);
      if (!row) return this.warn(from, t("gone", { title: passage.title ?? passage.article_id, quote: passage.quote ?? passage.text }));
      this.send("open", { request: "look", kind: "look", value: row.id });
      this.pane.then = (error) => (error ? this.warn(from, error) : this.lead(passage, spans, from));
      return;
    }
    if (!this.pane.says(passage)) return this.warn(from, t("changed"));
    this.views.show("article", from);
    this.pane.mark(spans.filter((span) => this.pane.says(span)));
    say(t("marked"));
  }

  // Says below the answer why its words cannot be shown.
  warn(from, text) {
    const reply = from.closest(".ab-reply");
    reply?.querySelector(".ab-warning")?.remove();
    reply?.append(el("p", { class: "ab-notice ab-warning", dir: "auto" }, text));
    say(text);
  }
}
