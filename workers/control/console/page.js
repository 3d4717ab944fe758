// @ts-check
// The page's few primitives: finding and making elements, printing numbers, giving origins colours.
// Text reaches the page through textContent only, so no data can become markup.
// A value that is not known prints as an en dash, so that a blank never looks like a zero.

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element #${id}.`);
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {string | readonly (Node | string)[]} [content]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function makeElement(tag, className = "", content = "") {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  if (typeof content === "string") element.textContent = content;
  else element.append(...content);
  return element;
}

/**
 * Writes only what differs: an unchanged node is not announced again by a screen reader.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function showText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What stands where nothing is known. */
export const UNKNOWN = "–";

/**
 * @param {number | null | undefined} seconds
 * @returns {string}
 */
export function printSeconds(seconds) {
  return seconds === null || seconds === undefined || !Number.isFinite(seconds)
    ? UNKNOWN
    : `${seconds.toFixed(1)} s`;
}

/**
 * @param {number | null | undefined} ms
 * @returns {string} milliseconds below one second, else seconds
 */
export function printMilliseconds(ms) {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
  return ms < 1000 ? `${Math.round(ms)} ms` : printSeconds(ms / 1000);
}

/**
 * @param {number} atMs milliseconds since the epoch
 * @returns {string} local time of day with tenths
 */
export function printClock(atMs) {
  const date = new Date(atMs);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const tenths = Math.floor(date.getMilliseconds() / 100);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${tenths}`;
}

/**
 * Colours of origins. The demo's two have theirs for ever; another origin takes the next free one
 * when it is first seen, and keeps it as long as the page is open.
 * @typedef {"a" | "b" | "c" | "d" | "other" | "none"} Slot
 * @type {Map<string, Slot>}
 */
const slots = new Map([
  ["east", "a"],
  ["west", "b"],
]);
/** @type {Slot[]} */
const freeSlots = ["c", "d"];

/**
 * @param {string | null} origin
 * @returns {Slot}
 */
export function toSlot(origin) {
  if (origin === null) return "none";
  const known = slots.get(origin);
  if (known !== undefined) return known;
  const slot = freeSlots.shift() ?? "other";
  slots.set(origin, slot);
  return slot;
}
