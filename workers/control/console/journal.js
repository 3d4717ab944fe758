// @ts-check
// The event log: what happened and when, newest first. Keeps the last ENTRIES_MAX entries, so that
// a page may stay open for days. Does not time anything: the words come complete.

import { byId, makeElement, printClock } from "./page.js";

const ENTRIES_MAX = 60;

export function makeJournal() {
  const list = byId("journal");
  return {
    /**
     * @param {string} text
     * @param {"bad" | "good" | "plain"} [tone]
     */
    add(text, tone = "plain") {
      const entry = makeElement("li", `entry ${tone}`, [
        makeElement("time", "", printClock(Date.now())),
        makeElement("span", "entry-text", text),
      ]);
      list.prepend(entry);
      while (list.children.length > ENTRIES_MAX) list.lastElementChild?.remove();
    },
  };
}

/** @typedef {ReturnType<typeof makeJournal>} Journal */
