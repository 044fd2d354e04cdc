// The drawer with the kept conversations: open, rename, export, delete.

import { button, download, el, say } from "./dom.js";
import { icon } from "./icons.js";
import { as_json, as_markdown, file_name } from "./text.js";
import { talks } from "./store.js";
import { moment, t } from "./words.js";

export class Conversations {
  // `open(talk)` shows one, `begin()` starts a new one, `current()` is the id of the shown one.
  constructor(root, { open, begin, current, renamed, removed }) {
    Object.assign(this, { open, begin, current, renamed, removed });
    this.dialog = root.querySelector(".ab-conversations");
    this.list = this.dialog.querySelector(".ab-kept");
    this.undo = this.dialog.querySelector(".ab-undo");
    const find = (name) => this.dialog.querySelector(`[data-do=${name}]`);
    root.querySelector("[data-do=conversations]").addEventListener("click", () => this.show());
    find("close").addEventListener("click", () => this.dialog.close());
    find("new").addEventListener("click", () => {
      this.dialog.close();
      this.begin();
    });
    find("undo").addEventListener("click", () => this.restore());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  show() {
    this.undo.hidden = true;
    this.fill();
    this.dialog.showModal();
  }

  fill() {
    const items = talks.list().map((talk) => this.item(talk));
    this.list.replaceChildren(...(items.length ? items : [el("li", { class: "ab-hint" }, t("no_conversations"))]));
  }

  item(talk) {
    const open = el(
      "button",
      { type: "button", class: "ab-talk", "aria-current": talk.id === this.current() && "true" },
      el("span", { class: "ab-talk-title", dir: "auto" }, talk.title),
      el("span", { class: "ab-talk-about" }, el("bdi", {}, talk.article.title), ` · ${moment(talk.updated)}`),
    );
    open.addEventListener("click", () => {
      this.dialog.close();
      this.open(talk);
    });
    const act = (key, run) => button(t(key), run, { "data-act": key });
    const actions = el(
      "div",
      { class: "ab-talk-actions" },
      act("rename", () => this.rename(talk, item)),
      act("as_markdown", () => download(file_name(talk, "md"), "text/markdown", as_markdown(talk))),
      act("as_json", () => download(file_name(talk, "json"), "application/json", as_json(talk))),
      act("delete", () => this.remove(talk, item)),
    );
    const more = el("summary", { "aria-label": t("more", { title: talk.title }) }, icon("more"));
    const item = el("li", { "data-id": talk.id }, open, el("details", {}, more, actions));
    return item;
  }

  rename(talk, item) {
    const field = el("input", { class: "ab-rename", "aria-label": t("new_name"), maxlength: 120, dir: "auto" });
    field.value = talk.title;
    const done = (save) => {
      const title = field.value.trim();
      if (save && title && title !== talk.title) {
        talk.title = title;
        talks.put({ ...(talks.get(talk.id) || talk), title });
        this.renamed(talk.id, title);
      }
      const renewed = this.item(talk);
      item.replaceWith(renewed);
      renewed.querySelector("summary").focus();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // Escape ends the renaming, not the dialog
      event.stopPropagation();
      done(event.key === "Enter");
    });
    const buttons = el("div", { class: "ab-talk-actions" }, button(t("save"), () => done(true)), button(t("cancel"), () => done(false)));
    item.replaceChildren(field, buttons);
    field.focus();
    field.select();
  }

  remove(talk, item) {
    const next = item.nextElementSibling || item.previousElementSibling;
    talks.remove(talk.id);
    this.removed(talk.id);
    this.gone = talk;
    this.undo.querySelector("span").textContent = t("deleted", { title: talk.title });
    this.undo.hidden = false;
    this.fill();
    const near = next && this.list.querySelector(`[data-id="${next.dataset.id}"] summary`);
    (near || this.undo.querySelector("button")).focus();
  }

  restore() {
    talks.put(this.gone);
    this.undo.hidden = true;
    this.fill();
    this.list.querySelector(`[data-id="${this.gone.id}"] .ab-talk`).focus();
    say(t("restored"));
  }
}
