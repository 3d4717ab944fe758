// @ts-check
// What control knows: one card per origin with its verdict and the reasons, and the line that says
// in which order the edge asks them. Shows the last reading, and says so when it grows old.
// Does not poll (player.js) and does not judge: verdicts are control's.

import {
  byId,
  makeElement,
  printMilliseconds,
  printSeconds,
  showText,
  toSlot,
  UNKNOWN,
} from "./page.js";

/** @typedef {import("./api.js").OriginEntry} OriginEntry */
/** @typedef {import("./api.js").RouteEntry} RouteEntry */

/** @type {Readonly<Record<import("./api.js").Verdict, string>>} */
const NO_REASONS = {
  green: "nothing to report",
  yellow: "no reason given",
  red: "no reason given",
  unknown: "not judged yet",
};

/**
 * @param {readonly OriginEntry[]} origins
 * @param {RouteEntry | null} route of the channel that plays
 * @param {string} channel
 */
export function showCards(origins, route, channel) {
  const order = route?.order ?? [];
  // Cards keep their places when the order changes: an instrument does not move while it is read.
  const own = origins.filter((each) => order.includes(each.id) || each.channels?.includes(channel));
  const others = origins.filter((each) => !own.includes(each));
  byId("cards").replaceChildren(
    ...own.map((each) => makeCard(each, order, "media only")),
    ...others.map((each) => makeCard(each, order, "other channels")),
  );
}

/**
 * @param {OriginEntry} origin
 * @param {readonly string[]} order
 * @param {string} aside what it is for when it is not in the order
 * @returns {HTMLElement}
 */
function makeCard(origin, order, aside) {
  const verdict = origin.verdict ?? "unknown";
  const name = makeElement("h3", "card-name", [makeElement("span", "dot"), origin.id]);
  /** @type {HTMLElement} */ (name.firstElementChild).dataset["slot"] = toSlot(origin.id);
  const pill = makeElement("span", "verdict", verdict);
  pill.dataset["verdict"] = verdict;
  const place = order.indexOf(origin.id);
  const kind = [origin.kind, origin.region, place < 0 ? aside : printPlace(place)];
  const reasons = (origin.reasons ?? []).filter((each) => each !== "");
  const card = makeElement("article", "card", [
    makeElement("header", "card-head", [name, pill]),
    makeElement("p", "card-kind", kind.filter((each) => each).join(" · ")),
    makeElement("p", "card-reasons", reasons.join(", ") || NO_REASONS[verdict]),
    ...makeWhy(origin.why ?? null, verdict),
    makeFacts(origin, place < 0),
  ]);
  card.dataset["verdict"] = verdict;
  if (reasons.length === 0) card.classList.add("quiet");
  return card;
}

/**
 * The verdict's reasons as sentences, and what each region sees; nothing about an origin that is
 * well everywhere.
 * @param {import("./api.js").Why | null} why
 * @param {import("./api.js").Verdict} verdict
 * @returns {HTMLElement[]}
 */
function makeWhy(why, verdict) {
  if (why === null) return [];
  const isWell = verdict === "green" && why.regions.every((each) => each.verdict === "green");
  if (isWell) return [];
  const words = why.words.join("; ");
  const where = `in ${why.channel}${words === "" ? "" : `: ${words}`}`;
  const rows = why.regions.map((each) => {
    const pill = makeElement("span", "verdict", each.region);
    pill.dataset["verdict"] = each.verdict;
    pill.title = each.verdict;
    const detail = each.verdict === "green" ? null : each.detail;
    const said = [each.reasons.join(", ") || each.verdict, detail].filter((one) => one);
    return makeElement("li", "", [pill, makeElement("span", "", said.join(" · "))]);
  });
  return [makeElement("p", "card-why", where), makeElement("ul", "card-regions", rows)];
}

/**
 * @param {OriginEntry} origin
 * @param {boolean} aside it gives no playlists to the channel that plays
 * @returns {HTMLElement}
 */
function makeFacts(origin, aside) {
  /** @type {readonly (readonly [string, string])[]} */
  const playlist = [
    [
      "Last MSN",
      origin.lastMsn === null || origin.lastMsn === undefined ? UNKNOWN : String(origin.lastMsn),
    ],
    ["Playlist age", toSecondsText(origin.playlistAgeMs)],
  ];
  /** @type {readonly (readonly [string, string])[]} */
  const facts = [
    ["Latency", printMilliseconds(origin.latencyMs)],
    ...(aside ? [] : playlist),
    [
      "Checked",
      origin.checkedAgoMs === null || origin.checkedAgoMs === undefined
        ? "never"
        : `${toSecondsText(origin.checkedAgoMs)} ago`,
    ],
  ];
  return makeElement(
    "dl",
    "facts",
    facts.map(([term, value]) =>
      makeElement("div", "", [makeElement("dt", "", term), makeElement("dd", "", value)]),
    ),
  );
}

/**
 * @param {number | null | undefined} ms
 * @returns {string}
 */
function toSecondsText(ms) {
  return ms === null || ms === undefined ? UNKNOWN : printSeconds(ms / 1000);
}

/**
 * @param {number} index
 * @returns {string}
 */
function printPlace(index) {
  return index === 0
    ? "asked first"
    : index === 1
      ? "asked second"
      : `asked as number ${index + 1}`;
}

/**
 * @param {RouteEntry | null} route
 * @param {string} channel
 */
export function showRoute(route, channel) {
  const parts = [];
  if (route?.order && route.order.length > 0) {
    parts.push(`${channel}: ${route.order.join(" → ")}`);
    if (route.reason) parts.push(route.reason);
    if (route.current !== null && route.current !== undefined)
      parts.push(`timeline ${route.current}`);
    const changed = route.changedAt ? new Date(route.changedAt) : null;
    if (changed !== null && !Number.isNaN(changed.getTime())) {
      parts.push(`since ${changed.toLocaleTimeString([], { hour12: false })}`);
    }
  }
  showText(byId("route"), parts.join("  ·  "));
}

/**
 * @param {string | null} text null hides it
 */
export function showOriginsNotice(text) {
  const notice = byId("origins-notice");
  notice.hidden = text === null;
  showText(notice, text ?? "");
  byId("cards").classList.toggle("old", text !== null);
}
