// The page's own words, in every language it speaks: words.json has them all.

export const LANGUAGES = {
  en: "English",
  es: "Español",
  de: "Deutsch",
  fr: "Français",
  ru: "Русский",
  ar: "العربية",
  zh: "中文",
};

let all = {};
let spoken = "en";

export async function load() {
  all = await (await fetch(new URL("words.json", import.meta.url))).json();
}

// The text of a key; `{name}` in it stands for a value.
export function t(key, values = {}) {
  const text = all[spoken][key] ?? all.en[key];
  return text.replace(/\{(\w+)\}/g, (_, name) => isolated(values[name]));
}

// A value inside text that runs the other way keeps its own direction.
export const isolated = (value) => (spoken === "ar" ? `\u2068${value}\u2069` : String(value));

export const has = (key) => key in all.en;

export const number = (value, options) => value.toLocaleString(spoken, options);

export const moment = (time) => new Date(time).toLocaleString(spoken, { dateStyle: "medium", timeStyle: "short" });

// The first language of the browser that the page speaks.
function preferred() {
  const wanted = navigator.languages.map((name) => name.split("-")[0]);
  return wanted.find((name) => name in LANGUAGES) || "en";
}

// Sets the fixed texts of the page in a language; "auto" is the browser's.
export function speak(root, language) {
  spoken = language in LANGUAGES ? language : preferred();
  document.documentElement.lang = spoken;
  root.lang = spoken;
  root.dir = spoken === "ar" ? "rtl" : "ltr";
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
  for (const node of root.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
    if (node.matches(".ab-icon")) node.title = t(node.dataset.tLabel);
  }
}
