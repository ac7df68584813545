// Spreads: pages that face one another, as they lie in the hand.

import { make } from "./tools.js";
import { Leaf } from "./leaf.js";

const STEPS = [0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4];
const POINTS = 96 / 72; // pixels to a point at a size of 1
const AROUND = 44; // pixels above and below a spread that fits

export class Spreads {
  constructor(room, holder, book) {
    this.room = room;
    this.holder = holder;
    this.book = book;
    this.leaves = [];
    this.zoom = 0; // 0: a whole spread fits
    this.at = 0;
    this.watch = new IntersectionObserver((seen) => this.seen(seen), { root: room, rootMargin: "60% 0px" });
    new ResizeObserver(() => this.resize()).observe(room);
    room.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  /** Whether there is room for one page only beside another. */
  get isNarrow() {
    return this.room.clientWidth < 620;
  }

  get scale() {
    const page = this.book.facts.pages[0];
    if (this.zoom) return this.zoom * POINTS;
    const across = this.isNarrow ? 1 : 2;
    const wide = (this.room.clientWidth - (this.isNarrow ? 18 : 64)) / (across * page.width);
    const high = (this.book.height - 2 * AROUND) / page.height;
    return Math.max(0.2, this.isNarrow ? wide : Math.min(wide, high));
  }

  /** The size that is shown, to the true size of the paper. */
  get size() {
    return this.scale / POINTS;
  }

  /** Show other pages in the place of those that are shown; the reader's place is kept. */
  show(facts) {
    const place = this.place();
    const was = this.leaves;
    const same = new Map();
    for (const leaf of was) {
      const [leaves] = [same.get(leaf.page.digest) ?? []];
      same.set(leaf.page.digest, [...leaves, leaf]);
    }
    const taken = new Set();
    const take = (leaf) => (leaf && !taken.has(leaf) ? (taken.add(leaf), leaf) : null);
    const kept = facts.pages.map((page, i) => {
      const alike = same.get(page.digest) ?? [];
      return take(alike.includes(was[i]) ? was[i] : alike.find((leaf) => !taken.has(leaf)));
    });
    this.leaves = kept.map((leaf, i) => leaf ?? take(was[i]) ?? new Leaf(this.book));
    for (const leaf of was) if (!taken.has(leaf)) this.watch.unobserve(leaf.element);
    this.lay();
    if (place) this.restore(place, was, kept);
  }

  /** Lay the leaves out, two by two; the cover lies alone. */
  lay() {
    const { pages, rtl } = this.book.facts;
    if (!pages.length) return;
    const scale = this.scale;
    this.laidFor = `${scale} ${this.isNarrow}`;
    const groups = [];
    for (let i = 0; i < pages.length; ) {
      const count = this.isNarrow || i === 0 ? 1 : 2;
      groups.push(this.leaves.slice(i, i + count));
      i += count;
    }
    this.leaves.forEach((leaf, i) => {
      const isRecto = i % 2 === 0;
      const inner = isRecto !== rtl ? "left" : "right";
      leaf.set(i, pages[i], this.isNarrow ? "none" : inner, scale);
    });
    const rows = groups.map((group, i) => this.row(group, i === 0));
    const old = [...this.holder.children];
    if (old.length !== rows.length || rows.some((row, i) => row.join() !== old[i].dataset.leaves)) {
      this.holder.replaceChildren(...rows.map((row) => this.spread(row)));
    } else {
      rows.forEach((row, i) => this.fill(old[i], row));
    }
    for (const leaf of this.leaves) this.watch.observe(leaf.element);
  }

  /** Return the places of a spread from left to right: numbers of pages, and gaps. */
  row(group, isFirst) {
    const numbers = group.map((leaf) => leaf.number);
    if (this.isNarrow) return numbers;
    if (isFirst) numbers.unshift("gap");
    else if (numbers.length === 1) numbers.push("gap");
    return this.book.facts.rtl ? numbers.reverse() : numbers;
  }

  spread(row) {
    const element = make("div", { class: "spread", role: "group", "data-leaves": row.join() });
    this.fill(element, row);
    return element;
  }

  /** Put the leaves of a row into a spread, moving only those that are not there. */
  fill(element, row) {
    const width = this.leaves[row.find((place) => place !== "gap")].width;
    const names = row.filter((place) => place !== "gap").map((n) => this.leaves[n].label.textContent || "blank");
    element.setAttribute("aria-label", names.length > 1 ? `Pages ${names.join(" and ")}` : names[0] === "blank" ? "Blank page" : `Page ${names[0]}`);
    row.forEach((place, i) => {
      const there = element.children[i];
      if (place === "gap") {
        const gap = there?.className === "gap" ? there : make("div", { class: "gap" });
        gap.style.width = `${width}px`;
        if (gap !== there) element.insertBefore(gap, there ?? null);
      } else if (this.leaves[place].element !== there) {
        element.insertBefore(this.leaves[place].element, there ?? null);
      }
    });
    while (element.children.length > row.length) element.lastChild.remove();
  }

  /** Return where the reader is: the page in the middle, and how far from it. */
  place() {
    if (!this.leaves.length || !this.room.clientHeight) return null;
    const leaf = this.leaves[this.at];
    if (!leaf?.element.isConnected) return null;
    return { number: this.at, offset: leaf.element.getBoundingClientRect().top, height: leaf.height };
  }

  /** Bring the reader to where the same pages are now. */
  restore({ number, offset, height }, was, kept) {
    const shift = this.shiftOf(number, was, kept);
    this.at = Math.min(this.leaves.length - 1, Math.max(0, number + shift));
    const leaf = this.leaves[this.at];
    const now = leaf.element.getBoundingClientRect().top;
    this.room.scrollTop += now - offset * (leaf.height / height || 1);
  }

  /** Return by how many places the pages near a number have moved. */
  shiftOf(number, was, kept) {
    for (let d = 0; d < was.length; d += 1) {
      for (const near of [number - d, number + d]) {
        const at = was[near] ? kept.indexOf(was[near]) : -1;
        if (at >= 0) return at - near;
      }
    }
    return 0;
  }

  /** Load what comes near, the page that the reader is at first. */
  seen(entries) {
    const leaves = entries.filter((entry) => entry.target.leaf.isNear !== entry.isIntersecting);
    const rank = (entry) => Math.abs(entry.target.leaf.number - this.at);
    leaves.sort((a, b) => rank(a) - rank(b));
    for (const entry of leaves) entry.target.leaf.near(entry.isIntersecting);
  }

  /** Load again what is near, the page that was edited first, and show there what was edited. */
  async refresh(first, anchor = "") {
    const near = this.leaves.filter((leaf) => leaf.isNear);
    const leader = near.find((leaf) => leaf.number === first);
    if (leader) await leader.load();
    if (leader && this.book.follows) this.revealBlock(leader, anchor);
    for (const leaf of near) if (leaf !== leader) leaf.load();
  }

  scrolled() {
    if (this.holder.hidden || this.isHeld) return;
    const middle = this.room.getBoundingClientRect().top + this.room.clientHeight / 2;
    const spreads = [...this.holder.children];
    const spread = spreads.find((each) => each.getBoundingClientRect().bottom >= middle - 30) ?? spreads.at(-1);
    const inside = spread?.querySelectorAll(".leaf") ?? [];
    const numbers = [...inside].map((element) => element.leaf.number);
    if (!numbers.length || numbers.includes(this.at)) return;
    this.at = Math.min(...numbers);
    this.book.moved();
  }

  /** Bring a page into view; say so only if it was out of it. */
  go(number) {
    this.at = Math.min(this.leaves.length - 1, Math.max(0, number));
    const leaf = this.leaves[this.at];
    if (!leaf) return;
    const room = this.room.getBoundingClientRect();
    const box = leaf.element.getBoundingClientRect();
    const free = Math.max(16, (room.height - box.height) / 2);
    this.isHeld = true;
    this.room.scrollTop += box.top - room.top - free;
    const sideways = box.left < room.left || box.right > room.right;
    if (sideways) this.room.scrollLeft += box.left - room.left - 16;
    requestAnimationFrame(() => { this.isHeld = false; });
    this.book.moved();
  }

  /** Whether a page can be seen, at least most of it. */
  sees(number) {
    const leaf = this.leaves[number];
    if (!leaf || this.holder.hidden) return false;
    const room = this.room.getBoundingClientRect();
    const box = leaf.element.getBoundingClientRect();
    return Math.min(box.bottom, room.bottom) - Math.max(box.top, room.top) > 0.35 * Math.min(box.height, room.height);
  }

  /** Bring a block of a page into view, if it is out of it. */
  revealBlock(leaf, anchor) {
    const block = leaf.found?.blocks.find((each) => each.anchor === anchor);
    if (block) this.reveal(leaf.number, block.box);
  }

  /** Bring a part of a page into view, given by its box in points, if it is out of it. */
  reveal(number, [left, top, right, bottom]) {
    const leaf = this.leaves[number];
    if (!leaf || this.holder.hidden) return;
    const room = this.room.getBoundingClientRect();
    const paper = leaf.paper.getBoundingClientRect();
    const scale = paper.width / leaf.page.width;
    /** Return how far to scroll so that what lies between two places is in the room. */
    const away = (from, to, low, high) => {
      const free = Math.max(16, (high - low - (to - from)) / 2);
      return from < low || (to > high && from > low + 16) ? from - low - free : 0;
    };
    const down = away(paper.top + top * scale, paper.top + bottom * scale, room.top, room.top + this.room.clientHeight);
    const across = away(paper.left + left * scale, paper.left + right * scale, room.left, room.left + this.room.clientWidth);
    if (down || across) this.room.scrollBy(across, down);
  }

  /** Go on, or back, by a spread. */
  turn(by) {
    const pair = (n) => (this.isNarrow ? n : Math.floor((n + 1) / 2));
    const next = pair(this.at) + by;
    this.go(this.isNarrow ? next : Math.max(0, 2 * next - 1));
  }

  /** Make the pages larger or smaller by a step; 0 makes a spread fit. */
  step(by) {
    if (by === 0) this.zoom = 0;
    else {
      const size = this.size;
      const next = by > 0 ? STEPS.find((z) => z > size * 1.02) : STEPS.findLast((z) => z < size * 0.98);
      this.zoom = next ?? size;
    }
    this.resize();
  }

  resize() {
    if (!this.leaves.length || this.holder.hidden) return;
    if (this.laidFor === `${this.scale} ${this.isNarrow}`) return;
    const at = this.at;
    this.isHeld = true;
    this.lay();
    this.go(at);
    this.refresh(at);
    this.book.sized();
  }
}
