// @ts-check
// The strip of the last answers: one column per answer, oldest left. The row is what was asked
// for (playlist, media), the colour is the origin, the height is how far the request travelled:
// tall reached an origin, short ended in the edge's cache. A switch is where the colour changes.
// Columns are answers, not seconds, so that a VOD which has loaded everything does not go blank;
// the axis says how long ago the oldest one was. The table below it is the same in words.

import { byId, makeElement, printClock, printMilliseconds, showText, toSlot } from "./page.js";

/** @typedef {import("./replies.js").Reply} Reply */

/** Enough for about a minute of a live channel with 2 s segments. */
export const REPLIES_MAX = 60;

/** @type {Readonly<Record<import("./replies.js").CacheVerdict, string>>} */
export const CACHE_WORDS = {
  hit: "cache hit",
  stale: "stale from cache",
  miss: "from origin",
  failed: "failed",
  unknown: "cache unknown",
};

/**
 * @param {Reply} reply
 * @returns {string}
 */
export function printOrigin(reply) {
  return reply.origin ?? (reply.cache === "hit" || reply.cache === "stale" ? "edge cache" : "–");
}

export class Strip {
  #frame = byId("strip");
  #inspect = byId("inspect");
  #tableBox = /** @type {HTMLDetailsElement} */ (byId("table-box"));
  #columns = Array.from({ length: REPLIES_MAX }, () => makeElement("span", "column"));
  /** @type {Reply[]} newest last */
  #replies = [];
  /** Each mark stands before the answer that came next. @type {Map<Reply, string>} */
  #marks = new Map();
  /** @type {string | null} */
  #pendingMark = null;
  /** @type {Reply | null} */
  #pointed = null;

  constructor() {
    this.#frame.append(...this.#columns);
    this.#frame.addEventListener("pointermove", (event) => {
      const index = this.#columns.indexOf(/** @type {HTMLElement} */ (event.target));
      this.#pointed = index < 0 ? null : (toVisible(this.#replies)[index] ?? null);
      this.#showInspected();
    });
    this.#frame.addEventListener("pointerleave", () => {
      this.#pointed = null;
      this.#showInspected();
    });
    this.#tableBox.addEventListener("toggle", () => this.#showTable());
    this.#show();
  }

  /** @param {Reply} reply */
  add(reply) {
    this.#replies.push(reply);
    if (this.#pendingMark !== null) this.#marks.set(reply, this.#pendingMark);
    this.#pendingMark = null;
    for (const old of this.#replies.slice(0, -REPLIES_MAX)) this.#marks.delete(old);
    this.#replies = this.#replies.slice(-REPLIES_MAX);
    this.#show();
  }

  /** @param {string} text drawn before the next answer */
  mark(text) {
    this.#pendingMark = text;
  }

  clear() {
    this.#replies = [];
    this.#marks.clear();
    this.#pendingMark = null;
    this.#show();
  }

  /** Called every second: the oldest answer grows older though nothing comes. */
  showAxis() {
    const oldest = this.#replies[0];
    const agoSeconds = oldest === undefined ? 0 : (Date.now() - oldest.atMs) / 1000;
    showText(byId("strip-oldest"), oldest === undefined ? "" : `${Math.round(agoSeconds)} s ago`);
  }

  /** @returns {{ hits: number, counted: number }} failed answers are not counted */
  toHitShare() {
    const counted = this.#replies.filter(
      (each) => each.cache !== "failed" && each.cache !== "unknown",
    );
    const hits = counted.filter((each) => each.cache === "hit" || each.cache === "stale");
    return { hits: hits.length, counted: counted.length };
  }

  #show() {
    const visible = toVisible(this.#replies);
    for (const [index, column] of this.#columns.entries()) {
      const reply = visible[index] ?? null;
      column.className = reply === null ? "column" : `column ${reply.kind} ${reply.cache}`;
      column.dataset["slot"] = reply === null ? "none" : toSlot(reply.origin);
    }
    showMarks(this.#columns, visible, this.#marks);
    this.#frame.setAttribute("aria-label", printSummary(this.#replies));
    showLegend(this.#replies);
    this.showAxis();
    this.#showInspected();
    this.#showTable();
  }

  #showInspected() {
    const reply = this.#pointed ?? this.#replies.at(-1);
    showText(this.#inspect, reply === undefined ? " " : printReply(reply));
  }

  #showTable() {
    if (!this.#tableBox.open) return;
    byId("table-body").replaceChildren(...this.#replies.toReversed().map(makeRow));
  }
}

/** Columns that a mark's label covers in a narrow window. */
const LABEL_COLUMNS = 15;

/**
 * Two labels that would overlap stand on two levels; of three the oldest keeps only its line. In
 * the right part of the strip a label is written left of its line, to stay inside the frame.
 * @param {readonly HTMLElement[]} columns
 * @param {readonly (Reply | null)[]} visible
 * @param {ReadonlyMap<Reply, string>} marks
 */
function showMarks(columns, visible, marks) {
  const used = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let index = columns.length - 1; index >= 0; index -= 1) {
    const column = columns[index];
    const reply = visible[index] ?? null;
    if (column === undefined) continue;
    const mark = reply === null ? undefined : marks.get(reply);
    if (mark === undefined) {
      delete column.dataset["mark"];
      continue;
    }
    const level = used.findIndex((each) => each - index > LABEL_COLUMNS);
    if (level >= 0) used[level] = index;
    column.dataset["mark"] = level < 0 ? "" : mark;
    column.classList.toggle("lower", level !== 0);
    column.classList.toggle("late", index > REPLIES_MAX * 0.7);
  }
}

/**
 * @param {readonly Reply[]} replies
 * @returns {(Reply | null)[]} exactly REPLIES_MAX, the newest at the right end
 */
function toVisible(replies) {
  return [...Array.from({ length: REPLIES_MAX - replies.length }, () => null), ...replies];
}

/**
 * @param {Reply} reply
 * @returns {string}
 */
function printReply(reply) {
  const outcome = reply.cache === "failed" ? `failed (${reply.status || "no answer"})` : "";
  const cache = outcome || CACHE_WORDS[reply.cache];
  const detail = reply.detail === "" ? "" : ` (${reply.detail})`;
  return [
    printClock(reply.atMs),
    reply.name,
    printOrigin(reply),
    cache + detail,
    printMilliseconds(reply.firstByteMs),
  ].join("  ·  ");
}

/**
 * @param {Reply} reply
 * @returns {string}
 */
function printSource(reply) {
  return reply.cache === "failed" ? "failed" : `from ${printOrigin(reply)}`;
}

/**
 * @param {readonly Reply[]} replies
 * @returns {string}
 */
function printSummary(replies) {
  if (replies.length === 0) return "No answer yet";
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const each of replies) {
    const name = printSource(each);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const shares = [...counts].map(([name, count]) => `${count} ${name}`);
  const newest = replies.at(-1);
  const last = newest === undefined ? "" : `; the newest ${printSource(newest)}`;
  return `Last ${replies.length} answers: ${shares.join(", ")}${last}`;
}

/**
 * @param {Reply} reply
 * @returns {HTMLTableRowElement}
 */
function makeRow(reply) {
  const dot = makeElement("span", "dot");
  dot.dataset["slot"] = toSlot(reply.origin);
  const cache = reply.detail === "" ? "" : ` · ${reply.detail}`;
  return makeElement("tr", "", [
    makeElement("td", "", printClock(reply.atMs)),
    makeElement("td", "file", reply.name),
    makeElement("td", "", [dot, printOrigin(reply)]),
    makeElement("td", "", CACHE_WORDS[reply.cache] + cache),
    makeElement("td", "number", printMilliseconds(reply.firstByteMs)),
    makeElement("td", "number", reply.ageSeconds === null ? "–" : `${reply.ageSeconds} s`),
  ]);
}

/**
 * Origins in the legend are those seen in the strip; the three heights are always explained.
 * @param {readonly Reply[]} replies
 */
function showLegend(replies) {
  const legend = byId("legend");
  const seen = new Set(replies.map((each) => each.origin).filter((each) => each !== null));
  const names = [...seen].sort();
  const shapes = ["miss", "hit", "failed"];
  if (replies.some((each) => each.cache === "stale")) shapes.splice(2, 0, "stale");
  const text = [...names, ...shapes].join("|");
  if (legend.dataset["shown"] === text) return;
  legend.dataset["shown"] = text;
  legend.replaceChildren(
    ...names.map((name) => {
      const dot = makeElement("span", "dot");
      dot.dataset["slot"] = toSlot(name);
      return makeElement("li", "", [dot, name]);
    }),
    ...shapes.map((shape) =>
      makeElement("li", "", [
        makeElement("span", `shape ${shape}`),
        CACHE_WORDS[/** @type {import("./replies.js").CacheVerdict} */ (shape)],
      ]),
    ),
  );
}
