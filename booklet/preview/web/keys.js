// Keys: one table, for those that are pressed and for the page that tells of them.

import { $, make } from "./tools.js";

/** Return the keys: what they are called, what they do, and the work. */
export function table(book) {
  return [
    [["→", "PgDn"], "On", ["ArrowRight", "PageDown", "j"], (key) => book.turn(key === "ArrowRight" && book.facts.rtl ? -1 : 1)],
    [["←", "PgUp"], "Back", ["ArrowLeft", "PageUp", "k"], (key) => book.turn(key === "ArrowLeft" && book.facts.rtl ? 1 : -1)],
    [["Home"], "First page", ["Home"], () => book.end(0)],
    [["End"], "Last page", ["End"], () => book.end(1)],
    [["g"], "Go to page …", ["g"], () => $("folio").select()],
    [["/"], "Search", ["/"], () => book.side.open("search")],
    [["n", "N"], "Next place, last place", ["n", "N"], (key) => book.side.next(key === "N" ? -1 : 1)],
    [["b", "B"], "Next block, last block", ["b", "B"], (key) => book.block(key === "B" ? -1 : 1)],
    [["Enter"], "Where a block was written", [], () => {}],
    [["+", "−"], "Larger, smaller", ["+", "=", "-", "−"], (key) => book.size("+=".includes(key) ? 1 : -1)],
    [["0"], "Whole spread", ["0"], () => book.size(0)],
    [["1"], "Spreads", ["1"], () => book.view("spreads")],
    [["2"], "Sheets", ["2"], () => book.view("sheets")],
    [["3"], "Folded booklet", ["3"], () => book.view("folded")],
    [["e"], "Next edition", ["e"], () => book.nextEdition()],
    [["s"], "Side panel", ["s"], () => book.side.toggle()],
    [["p"], "Small pictures", ["p"], () => book.side.open("pages", true)],
    [["c"], "Contents", ["c"], () => book.side.open("contents", true)],
    [["r"], "Remarks", ["r"], () => book.side.open("remarks", true)],
    [["f"], "Follow what is edited", ["f"], () => book.follow()],
    [["d"], "Light or dark", ["d"], () => book.theme()],
    [["?"], "These keys", ["?"], () => $("help").showModal()],
    [["Esc"], "Close what lies open", ["Escape"], () => book.leave()],
  ];
}

/** Listen to the keys. What is typed into a field is for the field. */
export function listen(keys) {
  $("help-keys").replaceChildren(
    ...keys.map(([names, what]) => make("div", {}, make("dt", {}, what), make("dd", {}, ...names.map((name) => make("kbd", {}, name))))),
  );
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const finds = (event.ctrlKey || event.metaKey) && key === "f" && !event.altKey && !event.shiftKey;
    if ($("help").open) return;
    if ((event.ctrlKey || event.metaKey || event.altKey) && !finds) return;
    if (target.matches("input, select, textarea") && !finds) {
      if (key === "Escape") {
        event.preventDefault(); // some browsers would empty the field, and with it what was found
        target.blur();
      }
      return;
    }
    const found = keys.find(([, , pressed]) => pressed.includes(finds ? "/" : key));
    if (!found) return;
    event.preventDefault();
    found[3](key);
  });
}
