// The drawer with the articles at hand: add, find, show, pick, remove.

import { how_far } from "./additions.js";
import { button, el, say } from "./dom.js";
import { icon } from "./icons.js";
import { number, t } from "./words.js";

const HANDFUL = 6; // more than these can be searched

export class Library {
  // `shelf` knows the articles and does what is asked here.
  constructor(root, shelf) {
    Object.assign(this, { root, shelf });
    this.dialog = root.querySelector(".ab-library");
    this.find = (name) => this.dialog.querySelector(`[data-do=${name}]`);
    this.list = this.dialog.querySelector(".ab-kept");
    this.search = this.dialog.querySelector("input[type=search]");
    this.all = this.dialog.querySelector(".ab-all input");
    this.undo = this.dialog.querySelector(".ab-undo");
    this.status = this.dialog.querySelector("[data-status]");
    root.querySelector("[data-do=library]").addEventListener("click", () => this.show());
    this.find("close").addEventListener("click", () => this.dialog.close());
    this.find("add").addEventListener("click", () => this.shelf.opener.show());
    this.find("undo").addEventListener("click", () => this.shelf.undo());
    this.search.addEventListener("input", () => this.fill());
    this.all.addEventListener("change", () => this.shelf.pick_all(this.all.checked));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => {
      this.undo.hidden = true;
      this.shelf.forget();
    });
  }

  offer({ keeps }) {
    const hint = this.dialog.querySelector(".ab-hint");
    hint.dataset.t = keeps ? "articles_kept" : "articles_private";
    hint.textContent = t(hint.dataset.t);
  }

  show() {
    this.undo.hidden = true;
    this.search.value = "";
    this.status.textContent = "";
    this.dialog.showModal();
    this.fill();
  }

  // Said to screen readers: those hear nothing from behind an open dialog.
  tell(text) {
    if (!this.dialog.open) return say(text);
    this.status.textContent = "";
    setTimeout(() => (this.status.textContent = text), 50);
  }

  // ---------------------------------------------------------------------- additions
  progress(job) {
    const failed = job.stage === "failed";
    const dismiss = () => {
      this.shelf.additions.drop(job);
      this.find("add").focus();
    };
    const end = failed
      ? button(icon("close"), dismiss, { class: "ab-icon", "aria-label": t("dismiss"), title: t("dismiss") })
      : button(t("cancel"), () => this.shelf.cancel(job));
    return el(
      "li",
      { class: "ab-item ab-job", "data-status": job.stage },
      el("div", {}, el("span", { class: "ab-talk-title", dir: "auto" }, job.name), el("span", { class: `ab-talk-about${failed ? " ab-error" : ""}`, dir: "auto" }, how_far(job))),
      end,
    );
  }

  // ------------------------------------------------------------------------ the list
  fill() {
    if (!this.dialog.open) return;
    const { rows, picked } = this.shelf;
    const { jobs } = this.shelf.additions;
    const focused = this.list.contains(document.activeElement) && document.activeElement;
    const place = focused && [focused.closest("li").dataset.id, focused.dataset.act];
    const words = this.search.value.trim().toLocaleLowerCase();
    const shown = rows.filter(({ title }) => title.toLocaleLowerCase().includes(words));
    this.search.parentNode.hidden = rows.length <= HANDFUL;
    const none = rows.length ? "none_match" : "no_article";
    this.list.replaceChildren(
      ...jobs.map((job) => this.progress(job)),
      ...shown.map((row) => this.item(row)),
      ...(shown.length || (!rows.length && jobs.length) ? [] : [el("li", { class: "ab-hint" }, t(none))]),
    );
    this.all.closest("label").hidden = rows.length < 2;
    this.all.checked = rows.length > 0 && picked.size === rows.length;
    this.all.indeterminate = picked.size > 0 && picked.size < rows.length;
    this.dialog.querySelector("[data-asked]").textContent = this.shelf.asking();
    if (place?.[0]) this.at(...place)?.focus();
  }

  at(id, act) {
    return this.list.querySelector(`[data-id="${CSS.escape(id)}"] [data-act=${act}]`);
  }

  item(row) {
    const { id, title, origin, characters, own } = row;
    const pick = el("input", { type: "checkbox", "data-act": "pick", "aria-label": t("pick", { title }) });
    pick.checked = this.shelf.picked.has(id);
    pick.addEventListener("change", () => {
      const { picked } = this.shelf;
      this.shelf.pick(pick.checked ? [...picked, id] : [...picked].filter((other) => other !== id));
    });
    const about = [origin || t("pasted"), t("characters", { n: number(characters) }), own ? t("status_ready") : t("shared")];
    const open = el(
      "button",
      { type: "button", class: "ab-talk", "data-act": "show", "aria-current": id === this.shelf.shown && "true" },
      el("span", { class: "ab-talk-title", dir: "auto" }, title),
      el("span", { class: "ab-talk-about" }, el("bdi", {}, about[0]), ` · ${about.slice(1).join(" · ")}`),
    );
    open.addEventListener("click", () => {
      this.dialog.close();
      this.shelf.show(id);
    });
    const label = t("remove_title", { title });
    const remove = () => this.remove(id);
    return el(
      "li",
      { class: "ab-item", "data-id": id, "data-status": "ready" },
      el("label", { class: "ab-pick" }, pick),
      open,
      own ? button(icon("bin"), remove, { class: "ab-icon", "data-act": "remove", "aria-label": label, title: label }) : null,
    );
  }

  // ------------------------------------------------------------------------ removing
  remove(id) {
    const item = this.at(id, "remove").closest("li");
    const near = item.nextElementSibling || item.previousElementSibling;
    this.near = near?.dataset.id;
    this.gone = this.shelf.row(id);
    this.shelf.remove(id);
  }

  // The server has removed an article, or brought it back.
  arranged({ request, error, back }) {
    if (request === "remove" && !error) {
      this.undo.querySelector("span").textContent = t("removed", { title: this.gone.title });
      this.undo.hidden = false;
      const near = this.near && (this.at(this.near, "remove") || this.at(this.near, "show"));
      (near || this.find("undo")).focus();
    }
    if (request === "undo") {
      this.undo.hidden = true;
      if (!back) return;
      this.at(back, "remove")?.focus();
      this.tell(t("restored"));
    }
  }
}
