// A leaf: one page as it lies on the ground, with its picture, its text and what is said of it.

import { ask, draw, keepFocus, make, pictureOf, placed, swap, worded } from "./tools.js";

/** One page. `book` answers for all of them: edition, facts, hits, and what a click does. */
export class Leaf {
  constructor(book) {
    this.book = book;
    this.paper = make("div", { class: "paper" });
    this.text = make("div", { class: "aside" });
    this.label = make("span", { class: "number", "aria-hidden": "true" });
    this.sources = make("div", { class: "sources", onkeydown: (event) => this.walked(event) });
    this.element = make("article", { class: "leaf" }, this.paper, this.text, this.label);
    this.element.leaf = this;
    this.image = null;
    this.over = null;
    this.isNear = false;
    this.read = "";
  }

  /** Take a place in the booklet: the number of the page, what is known of it, its size. */
  set(number, page, side, scale) {
    this.number = number;
    this.page = page;
    this.width = Math.round(page.width * scale);
    this.height = Math.round((page.height / page.width) * this.width);
    this.element.className = `leaf inner-${side}`;
    this.element.dataset.page = number;
    const name = page.folio || (page.blank ? "" : number + 1);
    this.element.setAttribute("aria-label", page.blank ? "Blank page" : `Page ${name}`);
    this.label.textContent = name;
    this.paper.style.width = `${this.width}px`;
    this.paper.style.height = `${this.height}px`;
    this.paper.style.aspectRatio = `${this.width} / ${this.height}`; // on paper it has another width
  }

  /** Come near, or go away: what is far away has no picture. */
  near(isNear) {
    this.isNear = isNear;
    if (isNear) return this.load();
    keepFocus(() => this.paper.replaceChildren());
    this.sources.replaceChildren();
    this.text.replaceChildren();
    this.image = this.over = null;
    this.read = "";
    delete this.paper.dataset.wanted;
    return null;
  }

  /** Load what is missing: the picture if it is another one, then the text of this version. */
  async load() {
    const address = pictureOf(this.page.digest, this.width);
    if (this.paper.dataset.wanted !== address) {
      this.paper.dataset.wanted = address;
      const image = await swap(this.paper, address, this.image, this.book.given(address));
      if (image) this.image = image;
      else if (this.paper.dataset.wanted === address) delete this.paper.dataset.wanted; // it is asked for again
    }
    await this.loadText();
  }

  async loadText() {
    const { edition, facts } = this.book;
    const number = this.page.version ?? facts.number;
    const version = `${edition} ${number} ${this.number}`;
    if (this.read === version) return;
    this.read = version;
    const found = await ask(`page/${edition}/${this.number}`);
    if (!found || this.read !== version || !this.isNear) return;
    const isSame = this.over && JSON.stringify({ ...this.found, number: 0 }) === JSON.stringify({ ...found, number: 0 });
    this.found = found;
    if (isSame) this.drawNews();
    else this.drawOver();
  }

  /** Draw the text, the blocks and the links over the picture. */
  drawOver() {
    const { width, height } = this.page;
    const over = draw("svg", { class: "over", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    const box = ([left, top, right, bottom], attributes) =>
      draw("rect", { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top), ...attributes });
    for (const block of this.found.blocks) {
      const rect = box(block.box, { class: "block", "data-anchor": block.anchor, "data-place": placed(block) });
      over.append(rect);
    }
    for (const line of this.found.lines) {
      const [left, top, right, bottom] = line.box;
      over.append(
        draw("text", {
          x: left, y: bottom - (bottom - top) * 0.22, textLength: right - left,
          lengthAdjust: "spacingAndGlyphs", "font-size": Math.max(1, (bottom - top) * 0.95),
        }, line.text),
      );
    }
    for (const link of this.found.links) over.append(box(link.box, { class: "to", "data-to": link.page, "data-address": link.address }));
    over.addEventListener("click", (event) => this.clicked(event, over));
    if (this.over) this.over.replaceWith(over);
    else this.paper.append(over);
    this.over = over;
    const paragraphs = this.found.text.split(/\n(?=\s)|\r\n\r\n/).map((words) => make("p", {}, words));
    this.text.replaceChildren(...paragraphs);
    this.drawSources();
    this.drawNews();
  }

  /**
   * Put a button over each block, for keys: one of a page is reached by Tab, the others by arrows.
   * It shows where it is, and lets a pointer through.
   */
  drawSources() {
    const { width, height } = this.page;
    const part = (length, whole) => `${(100 * length) / whole}%`;
    const buttons = this.found.blocks.map((block, i) => {
      const [left, top, right, bottom] = block.box;
      const button = make("button", {
        class: "source", tabindex: i ? -1 : 0, "data-page": this.number, "aria-label": `Where it was written: ${placed(block)}`,
        onclick: () => this.meet(block, button), onfocus: () => this.mark(block),
      });
      Object.assign(button.style, { left: part(left, width), top: part(top, height), width: part(right - left, width), height: part(bottom - top, height) });
      return button;
    });
    const here = [...this.sources.children].indexOf(document.activeElement);
    this.sources.replaceChildren(...buttons);
    if (!this.sources.isConnected) this.paper.append(this.sources);
    if (here >= 0) buttons[Math.min(here, buttons.length - 1)]?.focus({ preventScroll: true });
  }

  /** Go from block to block of this page. */
  walked(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = by && (by > 0 ? event.target.nextSibling : event.target.previousSibling);
    if (!next) return;
    next.focus();
    event.preventDefault();
  }

  /** Mark a block as the one that is looked at; none if there is none. */
  mark(block) {
    for (const each of document.querySelectorAll(".block.here")) each.classList.remove("here");
    const rect = [...(this.over?.querySelectorAll(".block") ?? [])].find((each) => each.dataset.anchor === block?.anchor);
    rect?.classList.add("here");
    return rect;
  }

  meet(block, about, address) {
    return void this.book.meet(block, this.mark(block) ?? about, address);
  }

  /** Draw what may be another on the same page: what was found, said and edited. */
  drawNews() {
    this.drawHits();
    this.drawRemarks();
    if (this.book.fresh?.number === (this.page.version ?? this.book.facts.number)) this.flash(this.book.fresh);
  }

  /** Show a block that has just been changed, once on each page that it is on. */
  flash({ anchor, flashed }) {
    const block = [...this.over.querySelectorAll(".block")].find((rect) => rect.dataset.anchor === anchor);
    if (!block || flashed.has(this.number)) return;
    flashed.add(this.number);
    block.classList.remove("new");
    block.getBoundingClientRect(); // else it would not begin again
    block.classList.add("new");
  }

  /** Draw the places that a search has found. */
  drawHits() {
    if (!this.over) return;
    for (const old of this.over.querySelectorAll(".hit")) old.remove();
    this.book.hits.forEach((hit, i) => {
      if (hit.page !== this.number) return;
      for (const [left, top, right, bottom] of hit.boxes) {
        const name = i === this.book.hit ? "hit here" : "hit";
        this.over.append(draw("rect", { class: name, x: left - 0.5, y: top - 1, width: right - left + 1, height: bottom - top + 2 }));
      }
    });
  }

  /** Put a mark beside each block that something is said of. */
  drawRemarks() {
    const { lost = [], remarks = [] } = this.book.facts;
    const here = [...lost, ...remarks].filter(({ page }) => page === this.number);
    const said = JSON.stringify([here.map((remark) => [remark, this.topOf(remark.anchor)])]);
    if (this.said === said && this.paper.querySelectorAll(".mark").length === here.length) return; // what lies open stays so
    this.said = said;
    keepFocus(() => this.putRemarks(here));
  }

  putRemarks(here) {
    for (const old of this.paper.querySelectorAll(".mark, .slip")) old.remove();
    const seen = new Set();
    for (const remark of here) {
      const top = this.topOf(remark.anchor);
      let row = Math.round(top * 20);
      while (seen.has(row)) row += 1;
      seen.add(row);
      const slip = make("div", { class: `slip ${remark.kind}` }, ...told(remark));
      slip.hidden = true; // what stops the press is told below the pages already
      Object.assign(slip.style, this.beside(remark.anchor, row));
      const mark = make("button", {
        class: `mark ${remark.kind}`, "aria-expanded": "false", title: remark.message,
        "aria-label": `${remark.kind}: ${remark.message}`,
        onclick: () => {
          slip.hidden = !slip.hidden;
          mark.setAttribute("aria-expanded", String(!slip.hidden));
        },
      }, remark.kind === "note" ? "i" : "!");
      mark.style.top = `${row * 5}%`;
      this.paper.append(mark, slip);
    }
  }

  /** Return how far down a block begins, as a part of the page's height. */
  topOf(anchor) {
    const block = this.found?.blocks.find((each) => each.anchor === anchor);
    return block ? Math.min(0.9, Math.max(0, block.box[1] / this.page.height)) : 0.04;
  }

  /** Return where a slip lies: below the block that it is about, or above, or below the page. */
  beside(anchor, row) {
    const block = this.found?.blocks.find((each) => each.anchor === anchor);
    if (!block) return { top: `calc(${row * 5}% + 1.8rem)` };
    const [, top, , bottom] = block.box.map((length) => (100 * length) / this.page.height);
    if (bottom < 75) return { top: `calc(${bottom}% + 0.5rem)` };
    return top > 25 ? { bottom: `calc(${100 - top}% + 0.5rem)` } : { top: "calc(100% + 1.6rem)" };
  }

  /** A link leads to its page; a block tells where it was written. A selection is no click. */
  clicked(event, over) {
    if (!document.getSelection().isCollapsed) return;
    const matrix = over.getScreenCTM().inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    const holds = ({ box: [left, top, right, bottom] }) => left <= x && x <= right && top <= y && y <= bottom;
    const link = this.found.links.find(holds);
    if (link && link.page >= 0) return void this.book.go(link.page);
    const size = ({ box: [left, top, right, bottom] }) => (right - left) * (bottom - top);
    const block = this.found.blocks.filter(holds).sort((a, b) => size(a) - size(b))[0];
    if (block) return this.meet(block, over, link?.address);
    this.mark(null);
    return void this.book.leave();
  }
}

/** Return the lines in which an error or a finding is told. */
export function told(remark) {
  const where = remark.path ? [make("b", {}, placed(remark)), ": "] : [];
  const lines = [make("p", {}, ...where, ...worded(remark.message))];
  if (remark.hint) lines.push(make("p", { class: "hint" }, ...worded(remark.hint)));
  return lines;
}
