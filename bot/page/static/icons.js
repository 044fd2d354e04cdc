// Line icons, drawn for this page on a grid of 20.

const SHAPES = {
  list: "M3 5h14M3 10h14M3 15h8",
  books: "M4 3.5h3v13H4zM7 3.5h3v13H7zM11.3 4.4l2.9-.8 3.3 12.4-2.9.8z",
  bin: "M4 6h12M8 6V4h4v2M5.5 6l.7 10.5h7.6L14.5 6M8.6 9v4.5M11.4 9v4.5",
  sliders: "M3 6h7m4 0h3M3 14h3m4 0h7M12 4v4M8 12v4",
  close: "M5 5l10 10M15 5L5 15",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  up: "M6.5 9v8H3.5V9zM6.5 9l3-6c1.4 0 2.3.9 2 2.4L11 8h4.3c1.1 0 1.8 1 1.6 2l-1.1 5.4c-.2.9-1 1.6-1.9 1.6H6.5",
  down: "M13.5 11V3h3v8zM13.5 11l-3 6c-1.4 0-2.3-.9-2-2.4L9 12H4.7c-1.1 0-1.8-1-1.6-2l1.1-5.4C4.4 3.7 5.2 3 6.1 3h7.4",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4.3l2.8 1.7",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

// Draws the icons of the page's fixed buttons.
export function draw(root) {
  for (const node of root.querySelectorAll("[data-icon]")) node.replaceChildren(icon(node.dataset.icon));
}
