// The settings that matter: how strict, which model, and how the page looks and speaks.

import { el } from "./dom.js";
import * as store from "./store.js";
import { LANGUAGES, speak, t } from "./words.js";

const DEFAULTS = { strictness: "usual", llm: "served", rating: true, language: "auto", size: "normal", theme: "system" };
const SIZES = { small: "90%", normal: "", large: "115%", largest: "135%" };
const SCHEMES = { system: "", light: "light", dark: "dark" };
const PROVIDERS = {
  openai: "OpenAI",
  anthropic: "Anthropic",
  google_genai: "Google",
  mistralai: "Mistral",
  groq: "Groq",
  deepseek: "DeepSeek",
  xai: "xAI",
};

export class Settings {
  // `changed(name)` is called when a setting has another value.
  constructor(root, changed) {
    Object.assign(this, { root, changed });
    this.values = { ...DEFAULTS, ...this.valid(store.settings.read()) };
    this.access = { provider: "", model: "", key: "", server: "" }; // never stored anywhere
    this.offered = { served: "none", local: false, keys: false, providers: [], servers: false, feedback: false };
    this.dialog = root.querySelector(".ab-settings");
    this.form = this.dialog.querySelector("form");
    const find = (name) => this.dialog.querySelector(`[data-do=${name}]`);
    root.querySelector("[data-do=settings]").addEventListener("click", () => this.dialog.showModal());
    for (const name of ["close", "done"]) find(name).addEventListener("click", () => this.dialog.close());
    find("defaults").addEventListener("click", () => this.reset());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.dialog.close();
    });
    this.form.addEventListener("input", (event) => this.take(event.target));
    this.apply();
  }

  // What was kept, as far as it is a setting of this page.
  valid({ strictness, llm, rating, language, size, theme }) {
    const known = {
      strictness: ["lenient", "usual", "strict"].includes(strictness) && strictness,
      llm: ["served", "none", "local"].includes(llm) && llm,
      language: language in LANGUAGES && language,
      size: size in SIZES && size,
      theme: theme in SCHEMES && theme,
    };
    const kept = Object.fromEntries(Object.entries(known).filter(([, value]) => value));
    return typeof rating === "boolean" ? { ...kept, rating } : kept;
  }

  // What the server lets visitors choose.
  offer(offered) {
    this.offered = offered;
    this.access.provider = offered.providers[0] || "";
    if (![...this.models()].some(([value]) => value === this.values.llm)) this.values.llm = "served";
    this.apply();
  }

  // What goes along with a question; the key only while its model is chosen.
  for_question() {
    const { strictness, llm } = this.values;
    return { strictness, llm, ...(llm === "provider" ? this.access : {}) };
  }

  take(field) {
    if (field.name in this.access) {
      this.access[field.name] = field.value.trim();
      return;
    }
    this.values[field.name] = field.type === "checkbox" ? field.checked : field.value;
    this.keep();
    this.apply();
    this.changed(field.name);
  }

  reset() {
    this.values = { ...DEFAULTS };
    this.access = { provider: this.offered.providers[0] || "", model: "", key: "", server: "" };
    this.keep();
    this.apply();
    this.changed("language");
  }

  keep() {
    const { llm, ...others } = this.values;
    store.settings.write({ ...others, llm: llm === "provider" ? "served" : llm }); // its key will be gone
  }

  apply() {
    const { size, theme, language } = this.values;
    document.documentElement.style.fontSize = SIZES[size] || "";
    document.documentElement.style.colorScheme = SCHEMES[theme] || "";
    speak(this.root, language);
    this.show();
  }

  *models() {
    const { served, local, providers } = this.offered;
    const name = { none: t("llm_none"), local: t("llm_local") }[served] || served;
    yield ["served", t("llm_served", { name })];
    if (served !== "none") yield ["none", t("llm_none")];
    if (local) yield ["local", t("llm_local")];
    if (providers.length) yield ["provider", t("llm_provider")];
  }

  show() {
    const fields = this.form.elements;
    const options = (field, pairs) =>
      field.replaceChildren(...[...pairs].map(([value, label]) => el("option", { value }, label)));
    options(fields.llm, this.models());
    options(fields.language, [["auto", t("auto")], ...Object.entries(LANGUAGES)]);
    options(fields.provider, this.offered.providers.map((name) => [name, PROVIDERS[name] || name]));
    for (const name of ["strictness", "llm", "language", "size", "theme"]) fields[name].value = this.values[name];
    for (const name of Object.keys(this.access)) fields[name].value = this.access[name];
    fields.rating.checked = this.values.rating;
    this.form.querySelector(".ab-provider").hidden = this.values.llm !== "provider";
    this.form.querySelector(".ab-server").hidden = !this.offered.servers;
    const hint = (name, text) => (this.form.querySelector(`[data-hint=${name}]`).textContent = text);
    hint("strictness", t(`${this.values.strictness}_hint`));
    hint("llm", this.offered.keys && !this.offered.providers.length ? t("no_provider") : "");
    hint("rating", t(this.offered.feedback ? "rating_sent" : "rating_kept"));
  }
}
