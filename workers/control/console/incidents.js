// @ts-check
// What went wrong and what control did about it: every open incident with how long each step took
// and the last decisions with the figures that they rest on; when none is open, one line about the
// last one. Shows readings and asks for none (player.js does); ending and judging are control's.

import { byId, makeElement, printClock, printMilliseconds, showText, toSlot } from "./page.js";

/** @typedef {import("./api.js").IncidentEntry} IncidentEntry */
/** @typedef {import("./api.js").IncidentLine} IncidentLine */
/** @typedef {import("./api.js").Decision} Decision */

/** Decisions that are shown of one incident, the newest ones; the rest is in its post-mortem. */
const DECISIONS_MAX = 8;

/** The colour of a level is that of the verdict that is as grave. */
const VERDICT_OF_LEVEL = { info: "unknown", warning: "yellow", critical: "red" };

/** What stands there now; the same is not drawn again, so that people can select its text. */
let drawn = "";

/**
 * @param {readonly IncidentEntry[]} open with their decisions, newest first
 * @param {IncidentLine | null} last the newest that is over
 */
export function showIncidents(open, last) {
  showText(byId("incidents-state"), open.length === 0 ? printCalm(last) : printOpen(open));
  const text = JSON.stringify(open);
  if (text === drawn) return;
  drawn = text;
  byId("incidents").replaceChildren(...open.map(makeIncident));
}

/** @param {readonly IncidentEntry[]} open */
function printOpen(open) {
  return open.length === 1 ? "one is open" : `${open.length} are open`;
}

/** @param {IncidentLine | null} last */
function printCalm(last) {
  if (last === null || last.closedAt === null) return "none is open";
  const lastedMs = Date.parse(last.closedAt) - Date.parse(last.openedAt);
  const what = last.origins.join(", ") || last.channels.join(", ") || last.level;
  return `none is open; the last one (${what}) lasted ${printSpan(lastedMs)}`;
}

/**
 * @param {IncidentEntry} incident
 * @returns {HTMLElement}
 */
function makeIncident(incident) {
  const level = makeElement("span", "verdict", incident.level);
  level.dataset["verdict"] = VERDICT_OF_LEVEL[incident.level];
  const origins = incident.origins.map((id) => {
    const dot = makeElement("span", "dot");
    dot.dataset["slot"] = toSlot(id);
    return makeElement("span", "incident-origin", [dot, id]);
  });
  const head = [level, ...origins, makeElement("span", "incident-where", printWhere(incident))];
  const shown = incident.entries.slice(-DECISIONS_MAX);
  const left = incident.entries.length - shown.length + incident.entriesDropped;
  return makeElement("li", "incident", [
    makeElement("p", "incident-head", head),
    makeElement("p", "incident-times", printTimes(incident)),
    makeElement("ol", "decisions", shown.map(makeDecision)),
    ...(left > 0 ? [makeElement("p", "incident-times", `and ${left} before`)] : []),
  ]);
}

/** @param {IncidentEntry} incident */
function printWhere({ channels, regions, openedAt, acknowledgedBy }) {
  return [
    channels.join(", "),
    regions.join(", "),
    `since ${printClock(Date.parse(openedAt))}`,
    acknowledgedBy === null ? "nobody has taken it up" : `${acknowledgedBy} is at it`,
  ]
    .filter((each) => each !== "")
    .join(" · ");
}

/** @param {IncidentEntry} incident */
function printTimes({ tookMs }) {
  const { detect, decide, answer } = tookMs;
  return [
    detect === null ? "" : `seen within ${printMilliseconds(detect)}`,
    decide === null ? "" : `decided after ${printMilliseconds(decide)}`,
    answer === null ? "no good answer since" : `good answer after ${printMilliseconds(answer)}`,
  ]
    .filter((each) => each !== "")
    .join(" · ");
}

/**
 * @param {Decision} decision
 * @returns {HTMLElement}
 */
function makeDecision(decision) {
  const { at, kind, from, to, reason, inputs } = decision;
  const place = [decision.origin, decision.channel, decision.region];
  const move = from === null || to === null ? "" : `${from} → ${to}`;
  const words = [place.filter((each) => each !== null).join(" "), move, reason];
  const figures = Object.entries(inputs).filter(([, value]) => value !== null && value !== "");
  const cells = [
    makeElement("time", "", printClock(Date.parse(at))),
    makeElement("strong", "", kind),
    makeElement("span", "", words.filter((each) => each !== "").join(" · ")),
  ];
  if (figures.length > 0) {
    const text = figures.map(([name, value]) => printFigure(name, value)).join(", ");
    cells.push(makeElement("span", "decision-figures", text));
  }
  return makeElement("li", "decision", cells);
}

/**
 * @param {string} name
 * @param {string | number | boolean | null} value
 */
function printFigure(name, value) {
  const isMoment = name.endsWith("AtMs") && typeof value === "number";
  const words = name.replace(/Ms$/, "").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words} ${isMoment ? printClock(value) : String(value)}`;
}

/** @param {number} ms */
function printSpan(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
