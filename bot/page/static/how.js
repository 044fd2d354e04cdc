// "How this was answered": to which question, how sure, in whose words, how long, and from which passages.

import { el } from "./dom.js";
import { seconds } from "./text.js";
import { has, isolated, number, t } from "./words.js";

// `passage(passage, length)` makes the button that shows a passage in the article.
export function how({ passages, timings, sureness, status, citations, sentences, question }, composed, passage, asked) {
  const row = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
  const total = timings.total ?? Object.values(timings).reduce((sum, value) => sum + value, 0);
  const step = (name) => (has(`time_${name}`) ? t(`time_${name}`) : name.replace(/_/g, " "));
  const times = Object.entries(timings)
    .filter(([name]) => name !== "total")
    .map(([name, value]) => `${step(name)} ${isolated(seconds(value))}`);
  const reveal = (event) => event.target.open && event.target.scrollIntoView({ block: "nearest" });
  const dropped = (sentences || []).filter(({ support }) => support === "dropped").length;
  const read = passages.map((each) => {
    const score = number(each.score, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    return el("li", {}, passage(each, 220), el("span", { class: "ab-score", title: t("score_hint") }, t("score", { n: score })));
  });
  return el(
    "details",
    { class: "ab-how", ontoggle: reveal },
    el("summary", {}, t("how")),
    el(
      "dl",
      {},
      question && question.trim() !== asked.trim() ? row(t("read_as"), el("span", { dir: "auto" }, question)) : null,
      row(t(status === "answered" ? "confidence" : "absence"), t(`sure_${sureness}`)),
      citations.length ? row(t("wording"), t(composed ? "worded" : "quoted")) : null,
      dropped ? row(t("left_out"), t("dropped", { n: number(dropped) })) : null,
      times.length ? row(t("time"), `${isolated(seconds(total))} (${times.join(", ")})`) : null,
    ),
    read.length ? el("p", {}, t("passages")) : null,
    el("ol", {}, ...read),
  );
}
