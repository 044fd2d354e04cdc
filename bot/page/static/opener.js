// The dialog that adds an article: a file, a web address or a text.

import { narrow } from "./dom.js";
import { t } from "./words.js";

export class Opener {
  // `add(given)` brings the article and says how far that is; `cancel(job)` gives it up.
  constructor(root, { add, cancel }) {
    Object.assign(this, { root, add });
    this.job = null; // what this dialog stays open for, to say why it cannot be read
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
    this.dialog.addEventListener("close", () => {
      const { job } = this;
      this.job = null;
      if (job) cancel(job);
    });
    this.bind_drop();
  }

  // What becomes of it on the server.
  offer({ keeps }) {
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
    if (error || !this.job) this.stay(null);
    this.error.textContent = error;
    if (!this.dialog.open) this.dialog.showModal();
    if (!narrow()) this.field.focus();
  }

  // What was given here is being indexed, or waits its turn: the next can be given.
  done(job) {
    if (this.job !== job) return;
    if (job.kind !== "file") this.field.value = "";
    this.stay(null);
    this.dialog.close();
  }

  stay(job) {
    this.job = job;
    this.find("read").disabled = Boolean(job);
    this.find("read").textContent = t(job ? "opening" : "read");
    this.find("choose").disabled = Boolean(job);
  }

  read() {
    const text = this.field.value;
    const words = text.trim();
    if (!words) {
      this.error.textContent = t("nothing_given");
      this.field.focus();
      return;
    }
    const address = /^(https?:\/\/|www\.)\S+$/i.test(words);
    const name = words.slice(0, 200).replace(/\s+/g, " ").slice(0, 80);
    const value = address ? words.replace(/^www\./i, "https://www.") : text;
    this.bring([{ kind: address ? "url" : "text", value, name }]);
  }

  take(files) {
    this.bring([...files].map((file) => ({ kind: "file", file, name: file.name })));
    this.file.value = "";
  }

  // What can be read at once is waited for here; anything else is told of in the drawer.
  bring(given) {
    if (!given.length) return;
    this.error.textContent = "";
    const jobs = given.map((each) => this.add(each));
    this.stay(jobs[0]);
    if (jobs.length > 1 || jobs[0].stage === "waiting") this.done(jobs[0]);
  }
}
