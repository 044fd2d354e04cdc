// The reading pane: shows an article and marks exact words in it.

import { calm, el, say } from "./dom.js";
import { offsets } from "./text.js";
import { number, t } from "./words.js";

const TAGS = { p: "p", lines: "p", li: "p", h1: "h2", h2: "h2", h3: "h3", h4: "h4", h5: "h5", h6: "h6" };

export class ArticlePane {
  constructor(root) {
    this.root = root;
    this.body = root.querySelector(".ab-text");
    this.page = root.querySelector(".ab-page");
    this.clear = root.querySelector("[data-do=unmark]");
    this.clear.addEventListener("click", () => this.unmark());
    this.article = null;
  }

  show(article) {
    const same = this.article && article && this.article.key === article.key;
    this.article = article;
    this.name();
    if (same) return;
    this.unmark();
    this.body.replaceChildren(...(article ? this.render(article) : []));
    this.page.scrollTop = 0;
  }

  // Title and origin: again when the page speaks another language.
  name() {
    const { article } = this;
    this.root.querySelector(".ab-origin").textContent = article?.origin || "";
    const title = this.root.querySelector(".ab-title");
    title.textContent = article ? article.title : t("no_article");
    title.hidden = Boolean(article?.opens_with_title);
    this.root.querySelector(".ab-byline").textContent = article
      ? [...article.byline, t("words", { n: number(article.words) }), t("minutes", { n: number(article.minutes) })].join(" · ")
      : t("no_article_hint");
    const unread = this.root.querySelector(".ab-unread");
    unread.textContent = (article?.notes ?? []).join(" · ");
    unread.hidden = !unread.textContent;
  }

  // Why there is no article.
  tell(error) {
    this.root.querySelector(".ab-byline").textContent = error;
    say(error);
  }

  // Every character of the article, white space between blocks included, is in a text node:
  // this.body.textContent === article.text, so an offset into the text is a place on the page.
  *render({ text, blocks, opens_with_title: opens }) {
    this.unit = offsets(text);
    let end = 0;
    for (const [at, [kind, from, to]] of blocks.entries()) {
      const [start, stop] = [this.unit(from), this.unit(to)];
      if (start > end) yield document.createTextNode(text.slice(end, start));
      yield el(opens && at === 0 ? "h1" : TAGS[kind], { class: `ab-${kind}`, dir: "auto" }, text.slice(start, stop));
      end = stop;
    }
    if (end < text.length) yield document.createTextNode(text.slice(end));
  }

  holds({ article_id: id, key }) {
    return this.article !== null && (key ? key === this.article.key : id === this.article.id);
  }

  // Whether the words of a passage stand where it says: an article that was added later may have
  // come under the id of the one that was quoted.
  says(passage) {
    if (!this.holds(passage)) return false;
    const there = this.article.text.slice(this.unit(passage.start), this.unit(passage.end));
    return there.startsWith(passage.quote ?? passage.text); // kept passages are cut
  }

  page_number(passage) {
    const starts = this.article.page_starts;
    return starts.filter((start) => start <= passage.start).length || null;
  }

  // Marks `spans` ([{start, end, kind}], code points; later ones on top) and brings the
  // first of kind "cited" into view.
  mark(spans) {
    this.unmark();
    for (const span of spans) this.wrap(this.unit(span.start), this.unit(span.end), span.kind);
    this.clear.hidden = spans.length === 0;
    const first = this.body.querySelector("mark.cited");
    if (first) this.reveal(first);
  }

  // Marks what a search found ([[start, end], …], UTF-16 units), one place strongest.
  mark_found(places, strongest) {
    this.unmark();
    for (const [at, [start, end]] of places.entries()) {
      this.wrap(start, end, at === strongest ? "cited" : "also");
    }
    const first = this.body.querySelector("mark.cited");
    if (first) this.reveal(first);
  }

  unmark() {
    const parents = new Set();
    for (const mark of [...this.body.querySelectorAll("mark")]) {
      parents.add(mark.parentNode);
      mark.replaceWith(...mark.childNodes);
    }
    for (const parent of parents) if (parent.isConnected) parent.normalize();
    this.clear.hidden = true;
  }

  wrap(start, end, kind) {
    const walker = document.createTreeWalker(this.body, NodeFilter.SHOW_TEXT);
    const pieces = [];
    for (let at = 0; at < end && walker.nextNode(); ) {
      const node = walker.currentNode;
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, node.length)];
      at += node.length;
      if (from < to) pieces.push([node, from, to]);
    }
    for (const [node, from, to] of pieces) {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      const gap = node.parentNode === this.body; // white space between blocks: nothing to see
      range.surroundContents(el("mark", { class: gap ? `${kind} ab-gap` : kind }));
    }
  }

  reveal(element) {
    const far = Math.abs(element.getBoundingClientRect().top) > 3 * innerHeight;
    element.scrollIntoView({ block: "center", behavior: far || calm() ? "auto" : "smooth" });
  }
}
