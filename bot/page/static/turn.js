// One question and its answer, as it looks at any moment of its life.

import { button, copy, el, say } from "./dom.js";
import { claims, footnotes, seconds } from "./text.js";

const STAGES = {
  "": "Searching the article",
  retrieving: "Searching the article",
  reading: "Reading what was found",
  composing: "Writing the answer",
};

// A passage often begins with the heading above it, which says nothing in a preview.
function without_heading(text) {
  const [first, ...rest] = text.trim().split(/\n{2,}/);
  return rest.length && first.length < 90 && !/[.!?:…]["”']?$/.test(first) ? without_heading(rest.join("\n\n")) : text;
}

export class Turn {
  // `chat` offers what a turn's buttons do: cite, quote, retry, edit, pane, tip, examples.
  constructor(chat, question) {
    this.chat = chat;
    this.id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    this.question = question;
    this.state = "running"; // then "done", "stopped" or "failed"
    this.text = "";
    this.stage = "";
    this.answer = null;
    this.error = "";
    this.asked = el("div", { class: "ab-asked" });
    this.reply = el("div", { class: "ab-reply" });
    this.node = el("li", { class: "ab-turn" }, this.asked, this.reply);
    this.show_question();
    this.show();
  }

  receive({ stage, text, answer, error }) {
    Object.assign(this, { stage, text, answer, error });
    if (error) this.state = "failed";
    else if (answer) this.state = "done";
    this.show();
    if (this.state === "done") say(answer.text.replace(/\s*\[\d+\]/g, ""));
    if (this.state === "failed") say(error);
  }

  // An answer given before the page was loaded anew.
  restore(answer) {
    Object.assign(this, { state: "done", text: answer.text, answer });
    this.show();
  }

  stop() {
    this.state = "stopped";
    this.show();
    say("Stopped.");
  }

  show_question() {
    this.asked.replaceChildren(el("p", { class: "ab-question" }, this.question));
  }

  show() {
    this.node.dataset.state = this.state;
    this.reply.setAttribute("aria-busy", String(this.state === "running"));
    this.reply.replaceChildren(...this.parts().filter(Boolean));
  }

  parts() {
    if (this.state === "running") return [this.body(), this.text ? null : this.waiting()];
    if (this.state === "failed") {
      return [this.body(), el("p", { class: "ab-error" }, this.error), this.actions()];
    }
    if (this.state === "stopped") {
      return [this.body(), el("p", { class: "ab-note" }, "Stopped."), this.actions()];
    }
    const { status, notice } = this.answer;
    const absent = status === "not_in_article";
    return [
      absent ? el("p", { class: "ab-absent" }, this.text) : this.body(),
      notice ? el("p", { class: "ab-notice" }, notice) : null,
      absent ? this.nearest() : null,
      el("div", { class: "ab-foot" }, this.actions(), this.how()),
    ];
  }

  waiting() {
    return el("p", { class: "ab-waiting" }, STAGES[this.stage] || "Working", el("i", { "aria-hidden": "true" }));
  }

  body() {
    if (!this.text) return null;
    const citations = this.answer ? this.answer.citations : [];
    const paragraphs = this.text.split(/\n{2,}/).map((paragraph) => {
      const node = el("p", { class: "ab-said" });
      for (const claim of claims(paragraph, this.answer ? citations.length : 999)) {
        const markers = claim.markers.map((number) => this.marker(number, citations[number - 1]));
        const pair = el("span", { class: "ab-claim" }, this.claim(claim, citations));
        pair.style.setProperty("--markers", markers.length);
        if (markers.length) pair.append(el("span", { class: "ab-cites" }, ...markers));
        node.append(pair);
      }
      return node;
    });
    return el("div", {}, ...paragraphs);
  }

  // Words of the article itself are set as a quotation, the model's own words as plain text.
  claim({ text, markers }, citations) {
    const said = text.trim();
    const quoted = markers.some((number) => citations[number - 1]?.quote === said);
    if (!quoted) return el("span", {}, ...this.key(text));
    const quote = el("q", { class: "ab-quoted" }, ...this.key(said));
    return /^\s/.test(text) ? el("span", {}, " ", quote) : quote;
  }

  // The shortest words that answer stand out, unless they are the whole sentence anyway.
  key(text) {
    const short = this.answer?.short;
    const at = short && short.length < text.trim().length ? text.indexOf(short) : -1;
    if (at < 0) return [text];
    return [text.slice(0, at), el("strong", {}, short), text.slice(at + short.length)];
  }

  marker(number, citation) {
    if (!citation) return el("span", { class: "ab-cite" }, String(number));
    const node = button(String(number), () => this.chat.cite(this, number, node), {
      class: "ab-cite",
      "data-citation": number,
      "aria-label": `Source ${number}: show in the article`,
      "aria-describedby": "ab-tip",
    });
    this.chat.tip.attach(node, () => this.chat.preview(citation));
    return node;
  }

  nearest() {
    const passages = this.answer.passages.slice(0, 2).map((passage) => this.passage(passage, 140));
    const questions = this.chat
      .unasked()
      .slice(0, 2)
      .map((question) => button(question, () => this.chat.ask(question), { class: "ab-passage" }));
    const list = (title, items) =>
      items.length
        ? [el("p", {}, title), el("ul", {}, ...items.map((item) => el("li", {}, item)))]
        : [];
    return el(
      "div",
      { class: "ab-nearest" },
      ...list("The nearest it comes:", passages),
      ...list("What it can answer:", questions),
    );
  }

  passage(passage, length) {
    const words = without_heading(passage.text).replace(/\s+/g, " ").trim();
    const cut = words.length > length ? `${words.slice(0, length).replace(/\s\S*$/, "")} …` : words;
    return button(cut, (event) => this.chat.quote(passage, event.currentTarget), { class: "ab-passage" });
  }

  actions() {
    const items = [];
    if (this.answer) items.push(this.copy_button());
    if (this.chat.is_last(this)) {
      items.push(button("Retry", () => this.chat.retry(), { "data-do": "retry" }));
      items.push(button("Edit question", () => this.edit(), { "data-do": "edit" }));
    }
    return items.length ? el("div", { class: "ab-actions" }, ...items) : null;
  }

  copy_button() {
    const node = button("Copy", async () => {
      const { text, citations } = this.answer;
      await copy(footnotes(text, citations, this.chat.pane.article?.title || ""));
      node.textContent = "Copied";
      say("Copied with its sources.");
      setTimeout(() => (node.textContent = "Copy"), 1500);
    });
    node.dataset.do = "copy";
    return node;
  }

  how() {
    const { passages, timings, confidence_words: confidence, status } = this.answer;
    const total = timings.total ?? Object.values(timings).reduce((sum, value) => sum + value, 0);
    const row = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
    const times = Object.entries(timings)
      .filter(([name]) => name !== "total")
      .map(([name, value]) => `${name.replace(/_/g, " ")} ${seconds(value)}`);
    const reveal = (event) => event.target.open && event.target.scrollIntoView({ block: "nearest" });
    return el(
      "details",
      { class: "ab-how", ontoggle: reveal },
      el("summary", {}, "How this was answered"),
      el(
        "dl",
        {},
        row(status === "answered" ? "Confidence" : "Not found", confidence),
        times.length ? row("Time", `${seconds(total)} (${times.join(", ")})`) : null,
      ),
      passages.length ? el("p", {}, "Passages that were read, best first:") : null,
      el("ol", {}, ...passages.map((passage) => el("li", {}, this.passage(passage, 220)))),
    );
  }

  edit() {
    const area = el("textarea", { rows: 2, "aria-label": "Edit your question" });
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
      button("Ask again", send, { class: "ab-primary", "data-do": "resend" }),
      button("Cancel", close),
    ];
    this.asked.replaceChildren(el("div", { class: "ab-edit" }, area, el("div", {}, ...buttons)));
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }
}
