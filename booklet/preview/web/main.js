// The page: it hears what the press does, and shows it.

import { $, ask, keepFocus, make, placed, say } from "./tools.js";
import { Folded, Sheets } from "./sheets.js";
import { Side, showTrouble } from "./side.js";
import { Spreads } from "./spreads.js";
import { listen, table } from "./keys.js";

/** What is open: an edition, its facts, a view, and the place that the reader is at. */
class Book {
  edition = "";
  editions = [];
  editor = "";
  facts = { number: 0, pages: [], lost: [] };
  fresh = null;
  hits = [];
  hit = 0;
  follows = true;

  constructor() {
    this.spreads = new Spreads($("pages"), $("spreads"), this);
    this.sheets = new Sheets($("pages"), $("sheets"), this);
    this.folded = new Folded($("pages"), $("folded"), this);
    this.side = new Side(this);
    const [edition, view, page] = behind(location.hash).split("/");
    this.begin = Number.parseInt(page, 10) || 0;
    this.edition = edition || "-"; // whichever comes first
    this.setView(["spreads", "sheets", "folded"].includes(view) ? view : "spreads");
    new ResizeObserver(() => {
      this.showView();
      this.settle();
    }).observe($("pages"));
    $("pages").addEventListener("scroll", () => this.settle(), { passive: true });
    document.addEventListener("visibilitychange", () => this.rest());
    this.connect();
  }

  /**
   * A window that nobody sees gives its line back after a while: a browser has six for each
   * server, and a seventh window would get none.
   */
  rest() {
    clearTimeout(this.resting);
    if (document.visibilityState === "hidden") this.resting = setTimeout(() => this.events.close(), 10_000);
    else if (this.events.readyState === EventSource.CLOSED) this.connect();
  }

  // What the press says.

  connect() {
    this.events?.close();
    clearTimeout(this.again);
    const events = (this.events = new EventSource(`events/${encodeURIComponent(this.edition)}`));
    events.addEventListener("hello", ({ data }) => this.greeted(JSON.parse(data)));
    events.addEventListener("shown", ({ data }) => this.shown(JSON.parse(data)));
    events.addEventListener("ahead", ({ data }) => this.ahead(JSON.parse(data)));
    events.addEventListener("lost", ({ data }) => this.lost(JSON.parse(data)));
    events.addEventListener("step", ({ data }) => this.work(`${JSON.parse(data)} …`));
    events.addEventListener("error", () => {
      if (document.body.dataset.line !== "off") say("The preview has stopped. These pages stay until it is back.");
      document.body.dataset.line = "off";
      this.work("the preview has stopped; waiting for it …");
      if (events.readyState === EventSource.CLOSED && events === this.events) this.again = setTimeout(() => this.connect(), 800);
    });
  }

  greeted({ edition, first, editions, editor }) {
    if (document.body.dataset.line === "off") say("The preview is back.");
    document.body.dataset.line = "on";
    this.work("");
    this.editions = editions;
    this.editor = editor;
    this.edition = edition;
    const isKnown = editions.some(({ about }) => about); // a server that has just begun knows none but one
    if (isKnown && !editions.some(({ name }) => name === edition)) return this.open(first);
    $("edition-choice").hidden = editions.length < 2;
    $("edition").replaceChildren(...editions.map(({ name, about }) => make("option", { value: name, title: about, selected: name === edition }, name)));
    this.setView(this.isFlat(edition) ? "spreads" : this.viewed);
    return null;
  }

  /** Show what was made. A server that has just begun has nothing yet: what is shown stays. */
  shown(facts) {
    if (!facts.pages.length) {
      this.lost(facts.lost);
      return;
    }
    const before = this.facts;
    const isFirst = before.edition !== facts.edition || !before.pages.length;
    const changed = facts.pages.filter((page, i) => page.digest !== (before.pages[i]?.whole ?? before.pages[i]?.digest)).length;
    this.facts = facts;
    // what was shown ahead has flashed already
    const flashed = this.isAhead && this.fresh?.anchor === facts.anchor ? this.fresh.flashed : new Set();
    this.fresh = isFirst || !facts.anchor ? null : { number: facts.number, anchor: facts.anchor, flashed };
    this.isAhead = false;
    document.title = facts.title;
    $("title").textContent = facts.title;
    $("title").lang = facts.lang;
    $("spreads").lang = facts.lang;
    document.body.dataset.number = facts.number;
    $("waiting").hidden = true;
    this.work("");
    const number = this.carried ? this.pageUnder(this.carried) : this.begin;
    this.carried = null;
    keepFocus(() => this.spreads.show(facts));
    this.showRemarks();
    if (isFirst) this.spreads.go(Math.min(number, facts.pages.length - 1));
    this.begin = 0;
    if (!isFirst && this.follows && facts.edited >= 0 && this.viewed !== "sheets" && !this.spreads.sees(facts.edited)) this.go(facts.edited);
    this.spreads.refresh(facts.edited, facts.anchor);
    this.showView();
    this.moved();
    this.announce(isFirst, changed);
  }

  /** Show pages ahead of the booklet that they will be in, in the places of others; or these again. */
  ahead({ number, pages, edited, anchor, picture }) {
    const known = this.facts.pages;
    for (const [at, page] of Object.entries(pages)) {
      if (!known[at]) return; // of a booklet that this window has not heard of
      Object.assign(known[at], { whole: known[at].whole ?? known[at].digest, version: number }, page);
    }
    this.fresh = anchor ? { number, anchor, flashed: new Set() } : null;
    this.isAhead = true;
    this.picture = picture;
    if (this.follows && edited >= 0 && this.viewed === "spreads" && !this.spreads.sees(edited)) this.go(edited);
    this.spreads.refresh(edited, anchor).then(() => this.side.showThumbs(this.facts));
  }

  /** Return where the picture with an address is: if it came with what was told last, in it. */
  given(address) {
    const { picture } = this;
    return picture?.address === address ? `data:image/png;base64,${picture.png}` : address;
  }

  announce(isFirst, changed) {
    const { edited, pages, seconds } = this.facts;
    const time = `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
    const where = edited >= 0 && pages[edited].folio ? ` Edited: page ${pages[edited].folio}.` : "";
    if (isFirst) say(`${pages.length} pages, ${time}.`);
    else if (!changed) say(`Nothing on the pages has changed, ${time}.`);
    else say(`${changed} ${changed === 1 ? "page" : "pages"} changed, ${time}.${where}`);
  }

  lost(remarks) {
    this.facts = { ...this.facts, lost: remarks };
    this.showRemarks();
    for (const leaf of this.spreads.leaves) if (leaf.isNear) leaf.drawRemarks();
    if (!this.facts.pages.length) $("waiting").hidden = remarks.length > 0;
    if (!remarks.length) return;
    this.work("");
    const { page = -1, anchor } = remarks.find((remark) => remark.page >= 0) ?? {};
    if (!this.follows || !this.facts.pages[page]) return;
    if (!this.spreads.sees(page)) this.go(page);
    this.spreads.revealBlock(this.spreads.leaves[page], anchor);
  }

  /** Show what is said of the booklet, beside the pages and below them. */
  showRemarks() {
    keepFocus(() => this.side.show(this.facts));
    const wasHidden = $("trouble").hidden;
    keepFocus(() => showTrouble(this));
    if (wasHidden && this.follows) $("trouble").scrollIntoView({ block: "nearest" }); // in a low window all of it moves
    this.settle();
  }

  /** The height that the pages have while nothing stops the press, in pixels. */
  get height() {
    const others = document.querySelectorAll(".bar, .status");
    return Math.max($("pages").clientHeight, [...others].reduce((left, each) => left - each.offsetHeight, innerHeight));
  }

  work(words) {
    $("work").textContent = words;
    if (words && !this.facts.pages.length) $("waiting-words").textContent = `The pages are being set: ${words}`;
  }

  // Where the reader is.

  get at() {
    return this.viewed === "folded" && this.folded.folded ? this.folded.open : this.spreads.at;
  }

  /** The reader is at another page. */
  moved() {
    const { pages } = this.facts;
    if (!pages.length) return;
    const page = pages[this.at];
    if (document.activeElement !== $("folio")) $("folio").value = page.folio || this.at + 1;
    $("count").textContent = `${this.at + 1} of ${pages.length}`;
    this.side.here(this.at);
    clearTimeout(this.noting); // some browsers refuse an address that changes too often
    this.noting = setTimeout(() => history.replaceState(null, "", `#${encodeURIComponent(this.edition)}/${this.viewed}/${this.at}`), 250);
    this.sized();
  }

  sized() {
    $("fit").textContent = this.spreads.zoom ? `${Math.round(this.spreads.size * 100)} %` : "Fit";
  }

  go(number) {
    if (this.viewed === "sheets") this.setView("spreads");
    if (this.viewed === "folded") {
      this.folded.turnTo(this.folded.leafOf(number));
      this.spreads.at = number;
    } else this.spreads.go(number);
  }

  /** Go to the first page, or to the last one; of sheets, to the first or the last. */
  end(which) {
    const room = $("pages");
    if (this.viewed === "sheets") room.scrollTop = which * room.scrollHeight;
    else this.go(which * (this.facts.pages.length - 1));
  }

  sees(number) {
    return this.viewed === "folded" ? this.folded.leafOf(number) === this.folded.at : this.spreads.sees(number);
  }

  turn(by) {
    if (this.viewed === "folded") this.folded.turn(by);
    else if (this.viewed === "sheets") $("pages").scrollBy({ top: by * $("pages").clientHeight * 0.8 });
    else this.spreads.turn(by);
    const page = this.facts.pages[this.at];
    if (page && this.viewed !== "sheets") say(page.folio ? `Page ${page.folio}.` : "A blank page.");
  }

  /** Go to the page that is named by its folio, or by its place. */
  goTo(words) {
    const { pages } = this.facts;
    const wanted = words.trim().toLowerCase();
    const named = pages.findIndex((page) => page.folio.toLowerCase() === wanted);
    const place = Number.parseInt(wanted, 10) - 1;
    if (named >= 0) this.go(named);
    else if (pages[place]) this.go(place);
    else say(`There is no page ${words}.`);
    this.moved();
  }

  size(by) {
    if (this.viewed === "spreads") this.spreads.step(by);
    this.sized();
  }

  // Views and editions.

  view(name) {
    const at = this.at;
    this.setView(name);
    if (name === "spreads") {
      this.spreads.resize();
      this.spreads.go(at);
    } else if (name === "folded") this.folded.show(at);
    this.moved();
    say(`${{ spreads: "Spreads", sheets: "Sheets", folded: "The folded booklet" }[name]}.`);
  }

  /** Only what is folded has sheets: another edition is opened for them, if there is one. */
  setView(name) {
    if (name !== "spreads" && this.isFlat(this.edition)) this.open(this.editions.find((each) => each.folded).name);
    this.viewed = name;
    document.body.dataset.view = name;
    for (const each of ["spreads", "sheets", "folded"]) $(each).hidden = each !== name;
    for (const button of document.querySelectorAll(".views button")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
    this.showView();
  }

  /** Whether an edition comes out as pages alone, where another one is folded. */
  isFlat(edition) {
    const known = this.editions.find((each) => each.name === edition);
    return known && !known.folded && this.editions.some((each) => each.folded);
  }

  showView() {
    if (!this.facts.pages.length || this.facts.edition !== this.edition) return;
    if (this.viewed === "sheets") this.sheets.show();
    if (this.viewed === "folded") this.folded.show(this.folded.edition === this.edition ? undefined : this.spreads.at);
  }

  /** Open an edition; of one that is not folded there are no sheets to see. */
  open(edition) {
    if (edition === this.edition && this.facts.edition === edition) return;
    this.carried = this.headingAt(this.at);
    if (this.isFlat(edition)) this.setView("spreads");
    this.edition = edition;
    $("edition").value = edition;
    this.hits = [];
    this.connect();
  }

  /** Return which heading a page stands under, and how many pages on: it holds in any edition. */
  headingAt(number) {
    const { entries = [] } = this.facts;
    const i = entries.findLastIndex((entry) => entry.page <= number);
    return i < 0 ? { i, on: number } : { i, on: number - entries[i].page };
  }

  /** Return the page that stands under that heading in this edition. */
  pageUnder({ i, on }) {
    const { entries = [], pages } = this.facts;
    const last = (entries[i + 1]?.page ?? pages.length) - 1;
    return Math.min((entries[i]?.page ?? 0) + on, Math.max(last, entries[i]?.page ?? 0));
  }

  nextEdition() {
    const names = this.editions.map(({ name }) => name);
    this.open(names[(names.indexOf(this.edition) + 1) % names.length]);
    say(`The edition ${this.edition}.`);
  }

  // Small things.

  drawHits() {
    for (const leaf of this.spreads.leaves) if (leaf.isNear) leaf.drawHits();
  }

  /** Go to the next block of the text, or to the last one before, across pages. */
  async block(by) {
    if (this.viewed !== "spreads") this.view("spreads");
    const all = [...document.querySelectorAll("#spreads .source")];
    const here = all.indexOf(document.activeElement);
    const first = () => all.findIndex((each) => Number(each.dataset.page) >= this.at);
    const wanted = all[here < 0 ? first() : here + by];
    if (wanted) return wanted.focus();
    const last = here < 0 ? this.at - by : Number(all[here].dataset.page);
    for (let number = last + by; this.facts.pages[number]; number += by) { // pages that were not near yet
      const found = await ask(`page/${this.edition}/${number}`);
      if (!found?.blocks.length) continue;
      this.go(number);
      await this.spreads.leaves[number].near(true);
      return this.spreads.leaves[number].sources.children[by > 0 ? 0 : found.blocks.length - 1]?.focus();
    }
    return say("There is no block beyond this one.");
  }

  /**
   * Tell where a block was written, and have the editor open it. The card lies beside `about`, an
   * element or a place that it must not cover.
   */
  async meet(block, about, address = "") {
    $("place").textContent = placed(block);
    const card = $("card");
    const lines = [make("p", {}, make("b", {}, placed(block)))];
    if (address) lines.push(make("p", { class: "hint" }, `a link to ${address}`));
    const status = make("p", { class: "hint" }, this.editor ? `opening in ${this.editor} …` : "set an editor by --editor to open it by a click");
    card.replaceChildren(...lines, status);
    card.hidden = false;
    this.about = about;
    this.settle();
    if (!this.editor) return;
    const body = JSON.stringify({ path: block.path, line: block.line });
    const answer = await ask("open", { method: "POST", body, headers: { "Content-Type": "application/json" } });
    const isGone = document.body.dataset.line === "off" ? "the preview has stopped" : "this place is no longer there";
    status.textContent = answer?.opened ? `opened in ${this.editor}` : (answer?.message ?? isGone);
    this.settle();
  }

  /** Keep the card beside what it is about; it goes with that. */
  settle() {
    const card = $("card");
    if (card.hidden) return;
    const box = this.about?.isConnected ? this.about.getBoundingClientRect() : null;
    const room = $("pages").getBoundingClientRect();
    const isSeen = box && ($("pages").contains(this.about) ? box.bottom > room.top && box.top < room.bottom : box.height);
    card.hidden = !isSeen;
    if (isSeen) beside(card, box);
  }

  leave() {
    $("card").hidden = true;
    for (const slip of document.querySelectorAll(".slip")) slip.hidden = true;
    if (matchMedia("(max-width: 46rem)").matches) this.side.toggle(false);
  }

  follow() {
    this.follows = !this.follows;
    say(this.follows ? "Saving brings the edited page into view." : "Saving leaves you where you are.");
  }

  theme() {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem("theme", next);
    } catch { /* a browser that keeps nothing */ }
  }
}

/** Return what an address says behind its `#`; nothing if that is no text. */
function behind(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}

const AWAY = 8; // pixels between a card and what it is about, and the edge of the window

/**
 * Put a card where it covers nothing of a box: below it, above it, or at a side. Where none of these
 * has room, as beside a paragraph that fills the window, it lies along the edge that is farther away.
 */
function beside(card, at) {
  const { offsetWidth: width, offsetHeight: height } = card;
  const [right, bottom] = [innerWidth - AWAY, innerHeight - AWAY];
  const within = (value, most) => Math.max(AWAY, Math.min(value, most));
  const across = within(at.left, right - width);
  const down = within(at.top, bottom - height);
  const places = [
    [across, at.bottom + AWAY],
    [across, at.top - AWAY - height],
    [at.right + AWAY, down],
    [at.left - AWAY - width, down],
  ];
  const fits = ([x, y]) => x >= AWAY && y >= AWAY && x + width <= right && y + height <= bottom;
  const isLow = at.top + at.bottom > innerHeight;
  const [x, y] = places.find(fits) ?? [right - width, isLow ? AWAY : bottom - height];
  card.style.left = `${x}px`;
  card.style.top = `${y}px`;
}

/** Choose light or dark as the machine does, unless the reader has chosen. */
function dress() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const apply = () => {
    document.documentElement.dataset.theme = chosen() ?? (dark.matches ? "dark" : "light");
  };
  dark.addEventListener("change", apply);
  apply();
}

dress();
const book = new Book();
listen(table(book));
for (const button of document.querySelectorAll(".views button")) button.addEventListener("click", () => book.view(button.dataset.view));
$("back").addEventListener("click", () => book.turn(-1));
$("on").addEventListener("click", () => book.turn(1));
$("smaller").addEventListener("click", () => book.size(-1));
$("larger").addEventListener("click", () => book.size(1));
$("fit").addEventListener("click", () => book.size(0));
$("theme").addEventListener("click", () => book.theme());
$("keys").addEventListener("click", () => $("help").showModal());
$("edition").addEventListener("change", (event) => book.open(event.target.value));
$("goto").addEventListener("submit", (event) => {
  event.preventDefault();
  book.goTo($("folio").value);
  $("pages").focus();
});
$("folio").addEventListener("focus", () => $("folio").select());
document.addEventListener("pointerdown", (event) => {
  if (!$("card").hidden && !$("card").contains(event.target)) $("card").hidden = true;
});
