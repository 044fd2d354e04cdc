// The conversation: asks, stops, retries, edits, and leads from citations to the article.

import { button, el, say } from "./dom.js";
import { recall, remember } from "./memory.js";
import { Turn } from "./turn.js";

const LOST = "The page has lost its server. Once that runs again, Retry asks the question anew.";

export class Chat {
  // `send(name, data)` reaches the server; `pane` is the article, `views` switches on phones.
  constructor(root, { send, pane, tip, views }) {
    Object.assign(this, { root, send, pane, tip, views });
    this.turns = [];
    this.questions = [];
    this.ready = true;
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
    this.field.addEventListener("input", () => this.fit());
    this.find("stop").addEventListener("click", () => this.stop());
    this.find("restart").addEventListener("click", () => {
      this.reset();
      remember(this.key, []);
      this.field.focus();
    });
  }

  get last() {
    return this.turns[this.turns.length - 1];
  }

  get running() {
    return this.last?.state === "running";
  }

  is_last(turn) {
    return this.last === turn || !this.turns.includes(turn);
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  submit() {
    const question = this.field.value.trim();
    if (!question || this.running || !this.ready) return;
    this.field.value = "";
    this.fit();
    this.ask(question);
  }

  ask(question) {
    if (this.running || !this.ready) return;
    const before = this.last;
    const history = this.history();
    const turn = new Turn(this, question);
    this.turns.push(turn);
    before?.show(); // it is no longer the last: only that one can be retried or edited
    this.list.append(turn.node);
    this.update();
    this.log.scrollTop = this.log.scrollHeight;
    const { id, key } = this.pane.article;
    this.send("ask", { turn: turn.id, question, history, article: { id, key } });
    say("Searching the article.");
    this.watch(turn);
  }

  // A server that has gone away says nothing, so ask it now and then whether it is there.
  watch(turn) {
    const look = setInterval(async () => {
      const alive = await fetch(new URL("health", document.baseURI)).then((reply) => reply.ok, () => false);
      if (turn.state !== "running") clearInterval(look);
      else if (!alive) this.receive({ turn: turn.id, stage: "", text: turn.text, answer: null, error: LOST });
    }, 2500);
  }

  history() {
    return this.turns
      .filter((turn) => turn.state === "done")
      .flatMap(({ question, answer }) => [
        { role: "user", text: question },
        { role: "assistant", text: answer.text },
      ]);
  }

  receive(state) {
    const turn = this.last;
    if (!state || !turn || turn.id !== state.turn || turn.state !== "running") return;
    const pinned = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    turn.receive(state);
    if (pinned) this.log.scrollTop = this.log.scrollHeight;
    if (turn.state === "running") return;
    this.update();
    remember(this.key, this.turns);
  }

  stop() {
    if (!this.running) return;
    this.send("stop", {});
    this.last.stop();
    this.update();
    this.field.focus();
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

  reset() {
    if (this.running) this.send("stop", {});
    this.turns = [];
    this.list.replaceChildren();
    this.pane.unmark();
    this.update();
  }

  // Starts on an article: with what was said about it before the page was loaded anew.
  begin(key) {
    this.reset();
    this.key = key;
    for (const { question, answer } of recall(key)) {
      const turn = new Turn(this, question);
      this.turns.push(turn);
      turn.restore(answer);
      this.list.append(turn.node);
    }
    for (const turn of this.turns) turn.show(); // only now it is known which is the last
    this.update();
    this.log.scrollTop = this.log.scrollHeight;
  }

  examples(questions) {
    const items = questions.map((question) =>
      el("li", {}, button(question, () => this.ask(question), { class: "ab-example" })),
    );
    this.questions = questions;
    const list = this.root.querySelector(".ab-examples");
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
  }

  // Examples that have not been asked yet, for those who look for a way on.
  unasked() {
    const asked = new Set(this.turns.map((turn) => turn.question));
    return this.questions.filter((question) => !asked.has(question));
  }

  // While an article is being opened nothing can be asked.
  enable(ready, hint) {
    this.ready = ready;
    this.field.placeholder = hint;
    this.update();
  }

  update() {
    this.welcome.hidden = this.turns.length > 0;
    this.find("restart").hidden = this.turns.length === 0;
    this.find("ask").hidden = this.running;
    this.find("stop").hidden = !this.running;
    this.find("ask").disabled = !this.ready;
    for (const node of this.root.querySelectorAll(".ab-example")) node.disabled = !this.ready;
  }

  preview(citation) {
    const page = this.pane.holds(citation) ? this.pane.page_number(citation) : null;
    return `“${citation.quote}”${page ? ` (page ${page})` : ""}`;
  }

  // Marks all sources of an answer, this one (and in it the words that answer) strongest.
  cite(turn, number, marker) {
    const { citations, short } = turn.answer;
    const cited = citations[number - 1];
    const spans = citations
      .filter((citation) => this.pane.holds(citation) && citation !== cited)
      .map(({ start, end }) => ({ start, end, kind: "also" }));
    spans.push({ start: cited.start, end: cited.end, kind: "cited" });
    const at = short && short !== cited.quote ? cited.quote.indexOf(short) : -1;
    if (at >= 0) {
      const start = cited.start + [...cited.quote.slice(0, at)].length;
      spans.push({ start, end: start + [...short].length, kind: "key" });
    }
    this.lead(cited, spans, marker);
    for (const other of this.root.querySelectorAll(".ab-cite[aria-current]")) {
      other.removeAttribute("aria-current");
    }
    marker.setAttribute("aria-current", "true");
  }

  quote(passage, from) {
    this.lead(passage, [{ start: passage.start, end: passage.end, kind: "cited" }], from);
  }

  lead(passage, spans, from) {
    if (!this.pane.holds(passage)) {
      this.send("open", { request: "look", kind: "library", value: passage.article_id });
      this.pane.then = () => this.lead(passage, spans, from);
      return;
    }
    this.views.show("article", from);
    this.pane.mark(spans);
    say("Marked in the article.");
  }
}
