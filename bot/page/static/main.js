// Joins the page to the server. `start` is called by the page's Gradio component, `follow` by the
// invisible one that carries the article.

import { ArticlePane } from "./article.js";
import { Chat } from "./chat.js";
import { Conversations } from "./conversations.js";
import { narrow } from "./dom.js";
import { Find } from "./find.js";
import { draw } from "./icons.js";
import { Settings } from "./settings.js";
import { Shelf } from "./shelf.js";
import { Tip } from "./tip.js";
import { load } from "./words.js";

let begin;
const begun = new Promise((resolve) => (begin = resolve));

export async function start({ element, trigger, props, watch, upload }) {
  await load();
  const root = element.querySelector(".ab");
  draw(root);
  const pane = new ArticlePane(root.querySelector(".ab-article"));
  const views = new Views(root);
  const settings = new Settings(root, (name) => {
    if (name === "language") {
      pane.name();
      shelf.refresh();
    }
    if (name === "language" || name === "rating") chat.reword();
  });
  const chat = new Chat(root, { send: trigger, pane, tip: new Tip(root), views, settings });
  new Find(root.querySelector(".ab-article"), pane);
  const shelf = new Shelf(root, { send: trigger, upload, pane, chat, views, settings });
  chat.shelf = shelf;
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
