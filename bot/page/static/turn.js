// One question and its answer, as it looks at any moment of its life.

import { button, copy, el, say } from "./dom.js";
import { how } from "./how.js";
import { icon } from "./icons.js";
import { fresh_id } from "./store.js";
import { claims, footnotes, opens_quoted } from "./text.js";
import { has, number, t } from "./words.js";

// A passage often begins with the heading above it, which says nothing in a preview.
function without_heading(text) {
  const [first, ...rest] = text.trim().split(/\n{2,}/);
  return rest.length && first.length < 90 && !/[.!?:…]["”']?$/.test(first) ? without_heading(rest.join("\n\n")) : text;
}

export class Turn {
  // `chat` offers what a turn's buttons do: cite, quote, retry, edit, rate, pane, tip, examples.
  constructor(chat, question) {
    this.chat = chat;
    this.id = fresh_id();
    this.question = question;
    this.state = "running"; // then "done", "stopped" or "failed"
    this.text = "";
    this.stage = "";
    this.ahead = 0;
    this.answer = null;
    this.error = "";
    this.busy = false;
    this.vote = "";
    this.asked = el("div", { class: "ab-asked" });
    this.reply = el("div", { class: "ab-reply" });
    this.node = el("li", { class: "ab-turn" }, this.asked, this.reply);
    this.show_question();
    this.show();
  }

  receive({ stage, ahead, text, answer, error, busy }) {
    Object.assign(this, { stage, ahead, text, answer, error, busy });
    if (error) this.state = "failed";
    else if (answer) this.state = "done";
    this.show();
    if (this.state === "done") say(this.text.replace(/\s*\[\d+\]/g, ""));
    if (this.state === "failed") say(busy ? t("busy") : error);
  }

  // An answer given before the page was loaded anew.
  restore(answer, vote) {
    Object.assign(this, { state: "done", text: answer.text, answer, vote: vote || "" });
    this.show();
  }

  stop() {
    this.state = "stopped";
    this.show();
    say(t("stopped"));
  }

  show_question() {
    this.asked.replaceChildren(el("p", { class: "ab-question", dir: "auto" }, this.question));
  }

  show() {
    this.node.dataset.state = this.state;
    this.reply.setAttribute("aria-busy", String(this.state === "running"));
    this.reply.replaceChildren(...this.parts().filter(Boolean));
  }

  parts() {
    if (this.state === "running") return [this.body(), this.text ? null : this.waiting()];
    if (this.state === "failed") return [this.body(), this.busy ? this.turned_away() : this.failure(), this.actions()];
    if (this.state === "stopped") {
      return [this.body(), el("p", { class: "ab-note" }, t("stopped")), this.actions()];
    }
    const { status, notice } = this.answer;
    const absent = status === "not_in_article";
    const passage = (...given) => this.passage(...given);
    return [
      absent ? el("p", { class: "ab-absent", dir: "auto" }, this.text) : this.body(),
      notice ? el("p", { class: "ab-notice", dir: "auto" }, notice) : null,
      absent ? this.nearest() : null,
      el(
        "div",
        { class: "ab-foot" },
        this.actions(),
        status === "no_question" ? null : how(this.answer, this.composed, passage, this.question),
      ),
    ];
  }

  waiting() {
    const stage = this.stage || "retrieving";
    const words = stage === "waiting" ? t("in_line", { n: number(this.ahead) }) : t(has(`stage_${stage}`) ? `stage_${stage}` : "working");
    return el("p", { class: "ab-waiting" }, words, el("i", { "aria-hidden": "true" }));
  }

  failure() {
    return el("p", { class: "ab-error", dir: "auto" }, this.error);
  }

  turned_away() {
    return el("p", { class: "ab-notice ab-busy" }, icon("clock"), el("span", {}, t("busy")));
  }

  body() {
    if (!this.text) return null;
    this.composed = false;
    return el("div", {}, ...this.text.split(/\n{2,}/).flatMap((paragraph) => this.paragraph(paragraph)));
  }

  // A run of lines that begin with a dash is a list.
  paragraph(text) {
    const nodes = [];
    for (const line of text.split("\n")) {
      const item = /^[-*•] /.test(line);
      const last = nodes[nodes.length - 1];
      if (item) {
        const list = last?.matches("ul") ? last : el("ul", { class: "ab-points" });
        if (list !== last) nodes.push(list);
        list.append(el("li", { class: "ab-said", dir: "auto" }, ...this.line(line.slice(2))));
      } else if (last?.matches("p")) last.append("\n", ...this.line(line));
      else nodes.push(el("p", { class: "ab-said", dir: "auto" }, ...this.line(line)));
    }
    return nodes;
  }

  *line(text) {
    const citations = this.answer ? this.answer.citations : [];
    for (const claim of claims(text, this.answer ? citations.length : 999)) {
      const markers = claim.markers.map((number) => this.marker(number, citations[number - 1]));
      const pair = el("span", { class: "ab-claim" }, el("span", {}, ...this.claim(claim, citations)));
      pair.style.setProperty("--markers", markers.length);
      if (markers.length) pair.append(el("span", { class: "ab-cites" }, ...markers));
      yield pair;
    }
  }

  // Words of the article itself are set as a quotation, a model's words as plain text. A quotation
  // may follow a label, as in "No: …".
  claim({ text, markers }, citations) {
    const plain = (words) => el("span", { class: "ab-composed" }, ...this.key(words));
    const quotes = markers.map((number) => citations[number - 1]?.quote.replace(/\s+/g, " "));
    const quote = quotes.find((words) => words && text.endsWith(words)) || this.told_as_quoted(text, markers);
    if (quote) {
      const label = text.slice(0, text.length - quote.length);
      const marked = opens_quoted(quote) ? "ab-quoted ab-marked" : "ab-quoted";
      return [label && el("span", {}, label), el("q", { class: marked }, ...this.key(quote))];
    }
    if (markers.length) this.composed = true;
    return [plain(text)];
  }

  // What the answer itself says is quoted, where it is not the citation word for word: footnote
  // marks of the article, for example, are taken out.
  told_as_quoted(text, markers) {
    const said = text.trim();
    const told = this.answer?.sentences?.find((sentence) => sentence.text === said);
    return markers.length && told?.support === "quoted" ? said : "";
  }

  // The shortest words that answer stand out, unless they are the whole sentence anyway.
  key(text) {
    const short = this.answer?.short;
    const at = short && short.length < text.trim().length ? text.indexOf(short) : -1;
    if (at < 0) return [text];
    return [text.slice(0, at), el("strong", {}, short), text.slice(at + short.length)];
  }

  marker(at, citation) {
    if (!citation) return el("span", { class: "ab-cite" }, String(at));
    const node = button(String(at), () => this.chat.cite(this, at, node), {
      class: "ab-cite",
      "data-citation": at,
      "aria-label": t("source_number", { n: at }),
      "aria-describedby": "ab-tip",
    });
    this.chat.tip.attach(node, () => this.chat.preview(citation));
    return node;
  }

  nearest() {
    const { related, suggestions = [] } = this.answer;
    const passages = related ? [this.passage({ ...related, text: related.quote }, 400)] : [];
    const questions = this.chat
      .unasked(suggestions)
      .slice(0, 2)
      .map((question) => button(question, () => this.chat.ask(question), { class: "ab-passage", dir: "auto" }));
    const list = (title, items) =>
      items.length
        ? [el("p", {}, title), el("ul", {}, ...items.map((item) => el("li", {}, item)))]
        : [];
    return el("div", { class: "ab-nearest" }, ...list(t("nearest"), passages), ...list(t("answerable"), questions));
  }

  passage(passage, length) {
    const words = without_heading(passage.text).replace(/\s+/g, " ").trim();
    const cut = words.length > length ? `${words.slice(0, length).replace(/\s\S*$/, "")} …` : words;
    const show = (event) => this.chat.quote(passage, event.currentTarget);
    return button(cut, show, { class: "ab-passage", dir: "auto" });
  }

  actions() {
    const items = [];
    if (this.answer) items.push(this.copy_button());
    if (this.chat.is_last(this)) {
      items.push(button(t("retry"), () => this.chat.retry(), { "data-do": "retry" }));
      items.push(button(t("edit"), () => this.edit(), { "data-do": "edit" }));
    }
    const said = this.answer && this.answer.status !== "no_question";
    if (said && this.chat.settings.values.rating) items.push(this.rating());
    return items.length ? el("div", { class: "ab-actions" }, ...items) : null;
  }

  copy_button() {
    const node = button(t("copy"), async () => {
      const { text, citations } = this.answer;
      await copy(footnotes(text, citations));
      node.textContent = t("copied");
      say(t("copied_hint"));
      setTimeout(() => (node.textContent = t("copy")), 1500);
    });
    node.dataset.do = "copy";
    return node;
  }

  rating() {
    const thumb = (vote) => {
      const label = t(`thumb_${vote}`);
      const rate = () => {
        this.vote = this.vote === vote ? "" : vote;
        for (const other of pair.children) other.setAttribute("aria-pressed", String(other.dataset.vote === this.vote));
        this.chat.rate(this);
        say(t(this.vote ? "rated" : "unrated"));
      };
      const pressed = String(this.vote === vote);
      return button(icon(vote), rate, {
        class: "ab-icon",
        "data-vote": vote,
        "aria-label": label,
        "aria-pressed": pressed,
        title: label,
      });
    };
    const pair = el("span", { class: "ab-rating", role: "group", "aria-label": t("rating") }, thumb("up"), thumb("down"));
    return pair;
  }

  edit() {
    const area = el("textarea", { rows: 2, dir: "auto", "aria-label": t("edit_label") });
    area.value = this.question;
    const close = () => {
      this.show_question();
      this.reply.querySelector("[data-do=edit]")?.focus();
    };
    const send = () => area.value.trim() && this.chat.resend(area.value.trim());
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        send();
      }
    });
    const buttons = [
      button(t("ask_again"), send, { class: "ab-primary", "data-do": "resend" }),
      button(t("cancel"), close),
    ];
    this.asked.replaceChildren(el("div", { class: "ab-edit" }, area, el("div", {}, ...buttons)));
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }
}
