// Small helpers to build the page. Content only ever enters as text nodes and attributes.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function button(label, onclick, attributes = {}) {
  return el("button", { type: "button", class: "ab-quiet", onclick, ...attributes }, label);
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export const narrow = () => matchMedia("(max-width: 859px)").matches;

// Says something to screen readers without moving anything on the page.
export function say(text) {
  const region = document.querySelector(".ab [data-say]");
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 50);
}

// Hands the visitor a file that was made in the browser.
export function download(name, type, text) {
  const link = el("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// navigator.clipboard is missing on plain http away from localhost.
export async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = el("textarea", { class: "ab-sr", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
