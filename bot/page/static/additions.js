// What is being added, one after the other: each waits, is read and indexed, and is in or has failed.

import { fresh_id } from "./store.js";
import { number, t } from "./words.js";

export class Additions {
  // `send` reaches the server, `upload(file)` brings a file there; `changed()` is called when there
  // is something new to show, `failed(job)` when one cannot be had.
  constructor({ send, upload, changed, failed }) {
    Object.assign(this, { send, upload, changed, failed });
    this.jobs = []; // {id, name, stage: "waiting", "reading", "indexing" or "failed", …}, oldest first
    this.arrived = []; // ids of the articles that came since nothing was under way
    this.largest = 0; // megabytes that the server takes
    addEventListener("beforeunload", (event) => this.current && event.preventDefault());
  }

  get current() {
    return this.jobs.find(({ stage }) => stage === "reading" || stage === "indexing");
  }

  get waiting() {
    return this.jobs.filter(({ stage }) => stage === "waiting");
  }

  // `given` has a `kind` ("text", "url" or "file"), a `name`, and a `value` or a `file`.
  add(given) {
    const job = { ...given, id: fresh_id(), stage: "waiting" };
    if (!this.current) this.arrived = [];
    this.jobs.push(job);
    this.next();
    return job;
  }

  next() {
    const [job] = this.waiting;
    if (job && !this.current) this.start(job);
    this.changed();
  }

  async start(job) {
    job.stage = "reading";
    try {
      if (job.file) job.value = (await this.upload(job.file)).path;
    } catch {
      if (this.current !== job) return;
      return this.fail(job, [t("upload_failed", { name: job.name, n: number(this.largest) })]);
    }
    const { id, kind, value, name } = job;
    if (this.current === job) this.send("open", { request: id, kind, value, name });
  }

  // The articles of the current one are in; some in it may be unreadable all the same.
  done(added, errors) {
    const { current } = this;
    this.arrived = [...new Set([...this.arrived, ...added])];
    if (errors.length) this.fail(current, errors);
    else this.drop(current);
  }

  // Each error is told once, however often it is tried.
  fail(job, errors) {
    const others = this.jobs.filter((other) => other !== job && !errors.includes(other.error));
    const told = errors.map((error) => ({ id: fresh_id(), name: job.name, stage: "failed", error }));
    this.jobs = [...told, ...others];
    this.failed(job, errors);
    this.next();
  }

  cancel(job) {
    if (job === this.current) this.send("arrange", { request: "cancel", do: "cancel", id: job.id });
    this.drop(job);
  }

  drop(job) {
    this.jobs = this.jobs.filter((other) => other !== job);
    this.next();
  }
}

// In words how far one is.
export function how_far({ stage, done, total, error }) {
  if (error) return error;
  if (stage === "waiting") return t("queued");
  if (stage === "reading") return t("opening");
  return total ? t("indexing_done", { n: number(done), total: number(total) }) : t("indexing");
}
