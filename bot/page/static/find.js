// Find in the article: marks every place, walks from one to the next.

import { say } from "./dom.js";
import { number, t } from "./words.js";

const MOST = 200;

export class Find {
  constructor(root, pane) {
    this.pane = pane;
    this.bar = root.querySelector(".ab-find");
    this.field = this.bar.querySelector("input");
    this.count = this.bar.querySelector("output");
    this.opener = root.querySelector("[data-do=find]");
    this.places = [];
    this.opener.addEventListener("click", () => (this.bar.hidden ? this.open() : this.close()));
    this.bar.addEventListener("submit", (event) => {
      event.preventDefault();
      this.step(1);
    });
    this.bar.querySelector("[data-do=before]").addEventListener("click", () => this.step(-1));
    this.bar.querySelector("[data-do=hide]").addEventListener("click", () => this.close());
    this.field.addEventListener("input", () => this.search());
    this.bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      if (event.key === "Enter" && event.shiftKey) {
        event.preventDefault();
        this.step(-1);
      }
    });
  }

  open() {
    this.bar.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.field.focus();
    this.field.select();
    this.search();
  }

  close() {
    this.bar.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    this.pane.unmark();
    this.opener.focus();
  }

  search() {
    const words = this.field.value.trim();
    const pattern = words.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&").replace(/\s+/g, "\\s+");
    const text = this.pane.article?.text || "";
    this.places = [];
    if (words) {
      for (const match of text.matchAll(new RegExp(pattern, "gi"))) {
        this.places.push([match.index, match.index + match[0].length]);
        if (this.places.length === MOST) break;
      }
    }
    this.at = 0;
    this.show();
  }

  step(by) {
    if (!this.places.length) return;
    this.at = (this.at + by + this.places.length) % this.places.length;
    this.show();
  }

  show() {
    this.pane.mark_found(this.places, this.at);
    const total = number(this.places.length) + (this.places.length === MOST ? "+" : "");
    const found = this.places.length ? t("place", { n: number(this.at + 1), total }) : t("not_found");
    this.count.value = this.field.value.trim() ? found : "";
    if (this.count.value) say(this.count.value);
  }
}
