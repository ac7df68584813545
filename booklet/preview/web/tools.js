// Small words of the page: making elements, asking the server, saying what has changed.

export const $ = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

/** Return a new element with attributes and children; names that begin with `on` are listeners. */
export function make(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Return a new element of a drawing. */
export function draw(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Return the answer of the server to an address below this page's, or null if there is none. */
export async function ask(address, options) {
  try {
    const answer = await fetch(address, options);
    return answer.ok || answer.status === 409 ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Return the address of a picture that is so many pixels of the page wide, sharp on this screen. */
export const pictureOf = (digest, width) =>
  `picture/${digest}/${Math.min(4800, Math.max(16, Math.round(width * (window.devicePixelRatio || 1))))}`;

/**
 * Put a picture in the place of another, once it can be drawn at once: nothing flickers. It is
 * taken from `source` if it is there already.
 */
export async function swap(holder, address, previous, source = address) {
  const image = new Image();
  image.alt = "";
  image.src = source;
  image.draggable = false;
  try {
    await image.decode();
  } catch {
    return null;
  }
  if (holder.dataset.wanted !== address) return null; // a newer one is on its way
  if (previous && previous.isConnected) previous.replaceWith(image);
  else holder.prepend(image);
  return image;
}

const REACHED = "a[href], button, input, select, summary, [tabindex]";
const HOLDERS = "#hits, [role=tabpanel], #trouble, #pages";

/**
 * Do work that may put other elements in the place of some, or hide them. Who works with keys stays
 * where they were: at the same element, or else at one that says the same, or stands in its place.
 */
export function keepFocus(work) {
  const was = document.activeElement;
  const holder = was?.closest(HOLDERS);
  if (!holder) return work();
  const all = () => [...holder.querySelectorAll(REACHED)];
  const said = (each) => each.getAttribute("aria-label") || each.textContent;
  const [place, words] = [all().indexOf(was), said(was)];
  const done = work();
  if (document.activeElement === was && was.checkVisibility()) return done;
  const now = all();
  const next = was.isConnected ? was : now.find((each) => said(each) === words) ?? now[Math.min(place, now.length - 1)] ?? holder;
  next.focus({ preventScroll: true });
  if (document.activeElement !== next) $("pages").focus({ preventScroll: true });
  return done;
}

/** Say something to those who hear the page, and show it below. */
export function say(words) {
  $("live").textContent = words;
}

/** Return `essay.md:12` for a place. */
export const placed = ({ path, line }) => (line ? `${path}:${line}` : path);

/** Return the pieces of a message with what stands in backticks as code. */
export function worded(text) {
  return text.split("`").map((piece, i) => (i % 2 ? make("code", {}, piece) : document.createTextNode(piece)));
}
