// Sheets, front and back as they are printed; and the same paper, folded, to leaf through.

import { ask, make, pictureOf, swap, worded } from "./tools.js";

const POINTS = 96 / 72;

/** Return the sheets of what is shown now; the answer is kept as long as it is true. */
async function sheetsOf(book, kept) {
  const { edition, facts } = book;
  if (kept.edition === edition && kept.number === facts.number) return kept.sheets;
  const sheets = await ask(`sheets/${edition}`);
  if (sheets?.number !== undefined) Object.assign(kept, { edition, number: sheets.number, sheets });
  return sheets;
}

const kept = {};

function refusal(sheets) {
  const message = sheets?.message ?? "the sheets cannot be made now";
  return make("p", { class: "waiting" }, make("span", {}, ...worded(`${message}${sheets?.hint ? `: ${sheets.hint}` : ""}`)));
}

/** All sides of all sheets. */
export class Sheets {
  constructor(room, holder, book) {
    Object.assign(this, { room, holder, book, sides: new Map() });
  }

  async show() {
    const sheets = await sheetsOf(this.book, kept);
    if (this.holder.hidden) return;
    if (!sheets?.sides) return void this.holder.replaceChildren(refusal(sheets));
    const across = this.room.clientWidth < 620 ? 1 : 2;
    const width = Math.max(220, Math.min(900, (this.room.clientWidth - 48 - (across - 1) * 40) / across));
    const old = new Map(this.sides);
    this.sides = new Map(sheets.sides.map((side) => {
      const name = `${side.sheet}, ${side.side}`;
      return [name, this.side(name, side, Math.min(width, side.width * POINTS), old.get(name))];
    }));
    this.paper ??= make("p", { class: "paper-used" });
    this.paper.textContent = this.book.facts.paper;
    const elements = [this.paper, ...this.sides.values()];
    if (elements.some((each, i) => this.holder.children[i] !== each) || this.holder.children.length !== elements.length) {
      this.holder.replaceChildren(...elements);
    }
  }

  /** Return a side; the one that is there is used again, and its picture replaced if it differs. */
  side(name, side, width, there) {
    const figure = there ?? make("figure", { class: "side" }, make("div", { class: "paper", role: "img" }), make("figcaption"));
    const [paper, caption] = figure.children;
    const pages = side.pages.map((row) => row.map((page) => (page ? this.nameOf(page) : "blank")).join(" | ")).join(" / ");
    const title = `${name[0].toUpperCase()}${name.slice(1)}`;
    caption.textContent = `${title}: ${pages}`;
    paper.setAttribute("aria-label", caption.textContent);
    paper.style.width = `${Math.round(width)}px`;
    paper.style.height = `${Math.round((width * side.height) / side.width)}px`;
    const address = pictureOf(side.digest, width);
    if (paper.dataset.wanted !== address) {
      paper.dataset.wanted = address;
      swap(paper, address, paper.querySelector("img"));
    }
    return figure;
  }

  nameOf(page) {
    const { folio } = this.book.facts.pages[page - 1] ?? {};
    return folio || "blank";
  }
}

/** The booklet as it is held: leaves that turn over a fold. */
export class Folded {
  constructor(room, holder, book) {
    Object.assign(this, { room, holder, book, at: 0, leaves: [] });
  }

  /** Show the pages that are printed now, blanks included, open where the reader was. */
  async show(number) {
    const sheets = await sheetsOf(this.book, kept);
    if (this.holder.hidden) return;
    if (!sheets?.folded) return void this.holder.replaceChildren(refusal(sheets));
    const { pages, rtl } = this.book.facts;
    this.folded = sheets.folded;
    this.edition = this.book.edition;
    if (number !== undefined) this.at = this.leafOf(number);
    const page = pages[0];
    const wide = (this.room.clientWidth - 40) / 2;
    const high = this.room.clientHeight - 96;
    // even numbers: the middle of the room falls between two pixels otherwise, and blurs the type
    this.width = 2 * Math.round(Math.min(wide, (high * page.width) / page.height) / 2);
    this.height = 2 * Math.round((this.width * page.height) / page.width / 2);
    this.rtl = rtl;
    const count = Math.ceil(this.folded.length / 2);
    if (!this.book_ || this.leaves.length !== count || this.isRtl !== rtl) this.build(count, rtl);
    this.book_.style.width = `${2 * this.width}px`;
    this.book_.style.height = `${this.height}px`;
    this.book_.style.left = `${Math.round(this.room.clientWidth / 2) - this.width}px`;
    this.book_.style.top = `${Math.round((this.room.clientHeight - this.height) / 2)}px`;
    this.turnTo(this.at);
  }

  build(count, rtl) {
    this.isRtl = rtl;
    this.leaves = Array.from({ length: count }, (_, i) => {
      const faces = [make("div", { class: "face" }), make("div", { class: "face behind" })];
      const leaf = make("div", { class: "sheet-leaf" }, ...faces);
      leaf.style[rtl ? "right" : "left"] = "50%";
      leaf.style.transformOrigin = rtl ? "right center" : "left center";
      faces[0].addEventListener("click", () => this.turnTo(i + 1));
      faces[1].addEventListener("click", () => this.turnTo(i));
      return leaf;
    });
    this.book_ = make("div", { class: rtl ? "book leftwards" : "book" }, ...this.leaves);
    this.holder.replaceChildren(this.book_);
  }

  /** Return how many leaves are turned when a page (from 0) lies open. */
  leafOf(number) {
    const place = this.folded.indexOf(number + 1);
    return place < 0 ? 0 : Math.ceil(place / 2);
  }

  /** Return the page (from 0) that lies open, the left one of two. */
  get open() {
    // where both are blank that the printer adds, it is the last page before them
    for (let place = 2 * this.at; place >= 0; place -= 1) {
      const left = place === 2 * this.at ? this.folded?.[place - 1] : 0;
      const page = left > 0 ? left : this.folded?.[place];
      if (page > 0) return page - 1;
    }
    return 0;
  }

  turn(by) {
    this.turnTo(this.at + by);
  }

  /** Turn leaves until `at` of them are turned; load what can be seen, and what comes next. */
  turnTo(at) {
    const count = this.leaves.length;
    this.at = Math.min(count, Math.max(0, at));
    const sign = this.rtl ? 1 : -1;
    const shut = this.at === 0 ? sign : this.at === count ? -sign : 0;
    this.book_.style.translate = `${(shut * this.width) / 2}px 0`;
    this.leaves.forEach((leaf, i) => {
      const isTurned = i < this.at;
      leaf.style.transform = `rotateY(${isTurned ? sign * 180 : 0}deg)`;
      leaf.style.zIndex = isTurned ? i + 1 : count - i;
      // as many edges show beside the page as there are leaves below it, up to a few
      const below = Math.min(5, isTurned ? i : count - 1 - i);
      const edges = Array.from({ length: below }, (_, n) => `${-sign * (n + 1)}px 0 0 ${n % 2 ? "var(--paper)" : "var(--edge)"}`);
      const isTop = i === this.at || i === this.at - 1;
      leaf.style.boxShadow = isTop ? [...edges, "0 6px 30px 2px var(--shade)"].join() : "none";
      leaf.style.visibility = Math.abs(i - this.at + 0.5) < 3 ? "visible" : "hidden";
      if (Math.abs(i - this.at + 0.5) < 3) this.load(leaf, i);
    });
    this.book.moved();
  }

  /** Let those who hear the page hear what stands on it. */
  async describe(face, number, name) {
    const { edition, facts } = this.book;
    const version = `${edition} ${facts.number} ${number}`;
    if (face.dataset.read === version) return;
    face.dataset.read = version;
    const found = await ask(`page/${edition}/${number}`);
    if (found && face.dataset.read === version) face.setAttribute("aria-label", `${name}: ${found.text}`);
  }

  load(leaf, i) {
    [...leaf.children].forEach((face, j) => {
      const page = this.folded[2 * i + j];
      const facts = page ? this.book.facts.pages[page - 1] : null;
      const shows = Math.abs(2 * i + j - 2 * this.at + 0.5) < 1;
      face.setAttribute("aria-hidden", String(!shows));
      face.setAttribute("role", "img");
      const name = facts?.folio ? `Page ${facts.folio}` : "Blank page";
      if (face.dataset.name !== name) face.setAttribute("aria-label", name);
      face.dataset.name = name;
      if (shows && facts?.folio) this.describe(face, page - 1, name);
      const address = facts ? pictureOf(facts.digest, this.width) : "";
      if (face.dataset.wanted === address) return;
      face.dataset.wanted = address;
      if (address) swap(face, address, face.querySelector("img"));
      else face.replaceChildren();
    });
  }
}
