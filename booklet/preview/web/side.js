// The side panel: small pictures of the pages, contents, search, and what was found.

import { $, ask, keepFocus, make, pictureOf, placed, say, swap, worded } from "./tools.js";
import { told } from "./leaf.js";

const NAMES = ["pages", "contents", "search", "remarks"];
const SMALL = 72; // pixels
const IN_LITTLE_ROOM = matchMedia("(max-width: 46rem)");

export class Side {
  constructor(book) {
    this.book = book;
    this.thumbs = [];
    this.unfolded = new Set(); // kinds of remarks that are shown one by one
    this.list = make("ol", { class: "thumbs" });
    $("panel-pages").append(this.list);
    this.watch = new IntersectionObserver((seen) => this.seen(seen), { root: $("panel-pages"), rootMargin: "50% 0px" });
    for (const name of NAMES) $(`tab-${name}`).addEventListener("click", () => this.open(name));
    $("side").querySelector(".tabs").addEventListener("keydown", (event) => this.tabbed(event));
    $("side").addEventListener("keydown", (event) => this.walked(event));
    $("side").addEventListener("click", ({ target }) => {
      if (IN_LITTLE_ROOM.matches && target.closest("[role=tabpanel] button")) this.toggle(false); // it covers the page
    });
    $("side-switch").addEventListener("click", () => this.toggle());
    $("search").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.asked === $("words").value && this.book.hits.length) this.next(1);
      else this.search();
    });
    $("words").addEventListener("input", () => {
      clearTimeout(this.pause); // a word that is still being typed is not looked for
      this.pause = setTimeout(() => this.search(), 150);
    });
    $("words").addEventListener("search", () => {
      if (!$("words").value) this.search(); // some browsers empty the field on Escape
    });
    if (IN_LITTLE_ROOM.matches) this.toggle(false);
  }

  get isOpen() {
    return document.body.dataset.side !== "off";
  }

  toggle(isOpen = !this.isOpen) {
    const leaves = !isOpen && $("side").contains(document.activeElement);
    document.body.dataset.side = isOpen ? "on" : "off";
    if (leaves) $("pages").focus({ preventScroll: true });
    $("side-switch").setAttribute("aria-expanded", String(isOpen));
  }

  /** Open a panel; who comes by a key goes into it. */
  open(name, enters = false) {
    this.toggle(true);
    for (const each of NAMES) {
      const isChosen = each === name;
      $(`tab-${each}`).setAttribute("aria-selected", String(isChosen));
      $(`tab-${each}`).tabIndex = isChosen ? 0 : -1;
      $(`panel-${each}`).hidden = !isChosen;
    }
    if (name === "search") $("words").select();
    if (name === "pages") this.here(this.book.at);
    const panel = $(`panel-${name}`);
    if (enters) (panel.querySelector("[aria-current]") ?? panel.querySelector("button") ?? panel).focus();
  }

  /** Go up and down in a list of the panel. */
  walked(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = [...(event.target.closest("[role=tabpanel]")?.querySelectorAll("button, summary, input") ?? [])].filter((each) => each.checkVisibility());
    const next = by && all[all.indexOf(event.target) + by];
    if (!next || !all.includes(event.target)) return;
    next.focus();
    event.preventDefault();
  }

  tabbed(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const at = NAMES.findIndex((name) => $(`tab-${name}`).getAttribute("aria-selected") === "true");
    const name = NAMES[(at + by + NAMES.length) % NAMES.length];
    this.open(name);
    $(`tab-${name}`).focus();
    event.preventDefault();
    event.stopPropagation();
  }

  /** Show other pages. */
  show(facts) {
    this.showThumbs(facts);
    const { entries = [], lost = [], remarks = [] } = facts;
    $("panel-contents").replaceChildren(
      entries.length
        ? make("ol", { class: "entries" }, ...entries.map((entry) => this.entry(entry, entries, facts)))
        : make("p", { class: "none" }, "There are no headings."),
    );
    const all = [...lost, ...remarks];
    $("panel-remarks").replaceChildren(
      all.length
        ? this.remarks(all)
        : make("p", { class: "none" }, "Nothing was found that needs a remark."),
    );
    const counted = all.filter((remark) => remark.kind !== "note").length;
    $("remark-count").textContent = counted || "";
    $("remark-count").className = all.some((remark) => remark.kind === "error") ? "error" : "";
    if ($("words").value || this.book.hits.length) this.search(true);
  }

  entry(entry, entries, facts) {
    const top = Math.min(...entries.map((each) => each.level));
    const folio = facts.pages[entry.page]?.folio ?? "";
    return make("li", {}, make("button", { "data-level": entry.level - top + 1, onclick: () => this.book.go(entry.page) }, make("span", { dir: "auto" }, entry.text), make("b", {}, folio)));
  }

  /** Return a list in which remarks of one kind stand together: the first, and the others folded away. */
  remarks(all) {
    const kinds = new Map();
    const fold = ({ target }) => this.unfolded[target.open ? "add" : "delete"](target.dataset.kin);
    for (const remark of all) {
      const kin = remark.kin || remark;
      kinds.set(kin, [...(kinds.get(kin) ?? []), this.remark(remark)]);
    }
    const items = [...kinds].map(([kin, [first, ...others]]) => {
      const folded = { "data-kin": kin, open: this.unfolded.has(kin), ontoggle: fold };
      if (others.length) first.append(make("details", folded, make("summary", {}, `and ${others.length} more`), make("ol", {}, ...others)));
      return first;
    });
    return make("ol", { class: "remarks" }, ...items);
  }

  remark(remark) {
    const go = (event) => (remark.page >= 0 ? this.book.go(remark.page) : this.book.meet(remark, event.currentTarget));
    return make("li", {}, make("button", { class: remark.kind, onclick: go }, make("small", {}, placed(remark) || "the booklet"), ...worded(remark.message), make("small", {}, ...worded(remark.hint))));
  }

  showThumbs(facts) {
    this.list.dir = facts.rtl ? "rtl" : "ltr";
    while (this.thumbs.length > facts.pages.length) {
      const thumb = this.thumbs.pop();
      this.watch.unobserve(thumb.item);
      thumb.item.remove();
    }
    facts.pages.forEach((page, i) => {
      const thumb = (this.thumbs[i] ??= this.thumb(i));
      thumb.page = page;
      thumb.label.textContent = page.folio || (page.blank ? "" : i + 1);
      thumb.button.setAttribute("aria-label", page.blank ? "Blank page" : `Page ${thumb.label.textContent}`);
      thumb.paper.style.aspectRatio = `${page.width} / ${page.height}`;
      if (thumb.isNear) this.load(thumb);
    });
    this.here(this.book.at);
  }

  thumb(i) {
    const paper = make("div", { class: "empty" });
    const label = make("span");
    const button = make("button", { class: "thumb", onclick: () => this.book.go(i) }, paper, label);
    const item = make("li", {}, button);
    const thumb = { item, button, paper, label, isNear: false };
    item.thumb = thumb;
    this.list.append(item);
    this.watch.observe(item);
    return thumb;
  }

  seen(entries) {
    for (const { target, isIntersecting } of entries) {
      target.thumb.isNear = isIntersecting;
      if (isIntersecting) this.load(target.thumb);
    }
  }

  async load(thumb) {
    const address = pictureOf(thumb.page.digest, SMALL);
    if (thumb.paper.dataset.wanted === address) return;
    thumb.paper.dataset.wanted = address;
    await swap(thumb.paper, address, thumb.paper.querySelector("img"));
  }

  /** Mark the page that the reader is at. */
  here(number) {
    for (const { button } of this.thumbs) button.removeAttribute("aria-current");
    const thumb = this.thumbs[number];
    if (!thumb) return;
    thumb.button.setAttribute("aria-current", "true");
    const panel = $("panel-pages");
    if (!panel.clientHeight) return;
    const top = thumb.item.offsetTop - panel.offsetTop;
    if (top < panel.scrollTop || top + thumb.item.offsetHeight > panel.scrollTop + panel.clientHeight) {
      panel.scrollTop = top - panel.clientHeight / 2 + thumb.item.offsetHeight / 2;
    }
  }

  /** Look for the words; the first place from here on is shown, unless only the pages are new. */
  async search(isAgain = false) {
    const words = $("words").value.trim();
    this.asked = $("words").value;
    const { edition, at: here } = this.book;
    const found = words ? await ask(`search/${edition}?words=${encodeURIComponent(words)}&from=${here}`) : { hits: [], all: true };
    if (this.asked !== $("words").value) return;
    if (!found) return void ($("found").textContent = "the preview does not answer");
    const { hits } = found;
    this.book.hits = hits;
    const at = hits.findIndex((hit) => hit.page >= here);
    this.book.hit = Math.max(0, isAgain ? Math.min(this.book.hit, hits.length - 1) : at);
    const count = `${found.all ? "" : "more than "}${hits.length} ${hits.length === 1 ? "place" : "places"}`;
    $("found").textContent = words ? (hits.length ? count : "not found") : "";
    keepFocus(() => $("hits").replaceChildren(...hits.map((hit, i) => make("li", {}, this.hit(hit, i)))));
    if (!isAgain && hits.length) this.next(0);
    else this.showHit();
  }

  /** Mark the place one is at in the list and on its page. */
  showHit() {
    [...$("hits").children].forEach((item, i) => {
      const isHere = i === this.book.hit;
      item.firstChild.toggleAttribute("aria-current", false);
      if (isHere) item.firstChild.setAttribute("aria-current", "true");
    });
    this.book.drawHits();
  }

  hit(hit, i) {
    const { pages } = this.book.facts;
    const show = () => {
      this.book.hit = i;
      this.next(0);
    };
    return make("button", { onclick: show }, make("small", {}, `Page ${pages[hit.page]?.folio ?? ""}`), make("span", { dir: "auto" }, `…${hit.before.slice(-24)}`, make("mark", {}, hit.words), `${hit.after.slice(0, 30)}…`));
  }

  /** Show the next place that was found, or the last one before. */
  next(by) {
    const { hits } = this.book;
    if (!hits.length) return;
    this.book.hit = (this.book.hit + by + hits.length) % hits.length;
    this.showHit();
    $("hits").children[this.book.hit].scrollIntoView({ block: "nearest" });
    const hit = hits[this.book.hit];
    if (!this.book.sees(hit.page)) this.book.go(hit.page);
    if (hit.boxes.length) this.book.spreads.reveal(hit.page, hit.boxes[0]);
    say(`${this.book.hit + 1} of ${hits.length}: page ${this.book.facts.pages[hit.page]?.folio}`);
  }
}

/** Fill the box that tells what stops the press, or hide it. */
export function showTrouble(book) {
  const { lost = [], pages } = book.facts;
  $("trouble").hidden = !lost.length;
  if (!lost.length) return void $("trouble").replaceChildren();
  const lines = lost.slice(0, 5).flatMap((remark) => {
    const [first, ...others] = told(remark);
    if (remark.path) first.append(" ", make("button", { class: "link", onclick: (event) => book.meet(remark, event.currentTarget) }, book.editor ? `Open in ${book.editor}` : "Where?"));
    return [first, ...others];
  });
  if (lost.length > 5) lines.push(make("p", {}, make("button", { class: "link", onclick: () => book.side.open("remarks", true) }, `and ${lost.length - 5} more`)));
  const stays = pages.length ? "The last good booklet is shown." : "There is no good booklet yet.";
  return void $("trouble").replaceChildren(...lines, make("p", { class: "hint" }, stays));
}
