// The preview of a quote beside its citation marker: on hover and on focus, gone with Escape.

export class Tip {
  constructor(root) {
    this.node = root.querySelector("#ab-tip");
    this.node.addEventListener("mouseleave", () => this.hide());
    addEventListener("keydown", (event) => event.key === "Escape" && this.hide());
    addEventListener("scroll", () => this.hide(), true);
  }

  // `text` is asked for when the preview opens.
  attach(marker, text) {
    const show = () => this.show(marker, text());
    marker.addEventListener("mouseenter", show);
    marker.addEventListener("focus", () => marker.matches(":focus-visible") && show());
    marker.addEventListener("blur", () => this.hide());
    marker.addEventListener("click", () => this.hide());
    marker.addEventListener("mouseleave", () => {
      // The pointer may travel from the marker onto the preview, to select words in it.
      setTimeout(() => this.node.matches(":hover") || this.hide(marker), 120);
    });
  }

  show(marker, text) {
    this.marker = marker;
    this.node.textContent = text;
    this.node.hidden = false;
    const at = marker.getBoundingClientRect();
    const { width, height } = this.node.getBoundingClientRect();
    const left = Math.min(Math.max(at.left + at.width / 2 - width / 2, 8), innerWidth - width - 8);
    this.node.style.left = `${left}px`;
    // Below, so that it does not cover the claim that is being read; above where there is no room.
    const below = at.bottom + 8;
    this.node.style.top = `${below + height < innerHeight - 8 ? below : at.top - height - 8}px`;
  }

  hide(marker = this.marker) {
    if (marker === this.marker) this.node.hidden = true;
  }
}
