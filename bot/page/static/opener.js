// The dialog that adds an article: a file, a web address or a text.

import { narrow } from "./dom.js";
import { t } from "./words.js";

export class Opener {
  // `open(kind, value, extra)` asks for the article; `upload(file)` brings a file to the server.
  constructor(root, { open, upload }) {
    Object.assign(this, { root, open, upload });
    this.dialog = root.querySelector(".ab-opener");
    this.field = root.querySelector("#ab-source");
    this.file = this.dialog.querySelector("input[type=file]");
    this.error = root.querySelector(".ab-opener .ab-error");
    this.find = (name) => this.dialog.querySelector(`[data-do=${name}]`);
    root.querySelector("[data-do=change]").addEventListener("click", () => this.show());
    this.find("close").addEventListener("click", () => this.dialog.close());
    this.find("read").addEventListener("click", () => this.read());
    this.find("choose").addEventListener("click", () => this.file.click());
    this.file.addEventListener("change", () => this.take(this.file.files));
    this.field.addEventListener("keydown", (event) => {
      const single = !this.field.value.includes("\n");
      if (event.key === "Enter" && !event.shiftKey && single && this.field.value.trim()) {
        event.preventDefault();
        this.read();
      }
    });
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.bind_drop();
  }

  // What the server takes, and what becomes of it there.
  offer({ max_upload_mb, keeps }) {
    this.largest = max_upload_mb;
    const hint = this.dialog.querySelector(".ab-hint");
    hint.dataset.t = keeps ? "open_hint_kept" : "open_hint";
    hint.textContent = t(hint.dataset.t);
  }

  // A file may be dropped anywhere on the page.
  bind_drop() {
    const holds_file = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
    addEventListener("dragover", (event) => {
      if (!holds_file(event)) return;
      event.preventDefault();
      this.show();
      this.dialog.classList.add("ab-over");
    });
    addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) this.dialog.classList.remove("ab-over");
    });
    addEventListener("drop", (event) => {
      if (!holds_file(event)) return;
      event.preventDefault();
      this.dialog.classList.remove("ab-over");
      this.take(event.dataTransfer.files);
    });
  }

  show(error = "") {
    this.busy(false);
    this.error.textContent = error;
    if (!this.dialog.open) this.dialog.showModal();
    if (!narrow()) this.field.focus();
  }

  done() {
    this.field.value = "";
    this.file.value = "";
    this.busy(false);
    this.dialog.close();
  }

  busy(on) {
    this.find("read").disabled = on;
    this.find("read").textContent = t(on ? "opening" : "read");
    this.find("choose").disabled = on;
  }

  read() {
    const value = this.field.value.trim();
    if (!value) {
      this.error.textContent = t("nothing_given");
      this.field.focus();
      return;
    }
    const address = /^(https?:\/\/|www\.)\S+$/i.test(value);
    this.start();
    if (address) this.open("url", value.replace(/^www\./i, "https://www."));
    else this.open("text", this.field.value);
  }

  async take(files) {
    if (!files.length) return;
    const [file] = files;
    this.start();
    try {
      const { path } = await this.upload(file);
      this.open("file", path, { name: file.name });
    } catch {
      this.show(t("upload_failed", { name: file.name, n: this.largest }));
    }
    this.file.value = "";
  }

  start() {
    this.error.textContent = "";
    this.busy(true);
  }
}
