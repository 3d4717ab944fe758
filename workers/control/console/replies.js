// @ts-check
// What one answer of the edge says about itself: who served it, and whether the cache did.
// Reads Cache-Status (RFC 9211) and Server-Timing (W3C) from the response headers that the edge
// exposes to other sites' pages; a header that is absent makes the field null, never a guess.
// Pure: no document, no clock; the times are arguments.
// Does not keep answers and does not judge them: strip.js draws them, trial.js waits for one.

/**
 * How far a request travelled. "hit" and "stale" end in the edge's cache, "miss" reached an origin,
 * "failed" brought an error or nothing at all, "unknown" carries no Cache-Status that we can read.
 * @typedef {"hit" | "stale" | "miss" | "failed" | "unknown"} CacheVerdict
 */

/**
 * @typedef {object} Reply
 * @property {"playlist" | "media"} kind
 * @property {string} name path below the channel, without query
 * @property {number} status HTTP status; 0 when no answer came
 * @property {string | null} origin id of the origin that the bytes came from
 * @property {CacheVerdict} cache
 * @property {string} detail the cache's own words, such as "uri-miss, stored"
 * @property {number | null} ageSeconds
 * @property {number} firstByteMs from sending to the first byte of the answer
 * @property {number} startedMs when it was sent, on the clock of performance.now()
 * @property {number} atMs when it ended, milliseconds since the epoch
 */

/**
 * Cuts a header at a separator that stands outside quoted strings.
 * @param {string} text
 * @param {"," | ";"} separator
 * @returns {string[]} trimmed, empty parts left out
 */
export function parseParts(text, separator) {
  const parts = [];
  let part = "";
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted && character === "\\") {
      part += character + (text[index + 1] ?? "");
      index += 1;
      continue;
    }
    if (character === '"') quoted = !quoted;
    if (character === separator && !quoted) {
      parts.push(part.trim());
      part = "";
    } else {
      part += character;
    }
  }
  parts.push(part.trim());
  return parts.filter((each) => each !== "");
}

/**
 * One list member: a name and its parameters; a parameter without a value is "".
 * @param {string} text
 * @returns {{ name: string, parameters: Map<string, string> }}
 */
function parseMember(text) {
  const [name = "", ...rest] = parseParts(text, ";");
  /** @type {Map<string, string>} */
  const parameters = new Map();
  for (const each of rest) {
    const equals = each.indexOf("=");
    const key = equals < 0 ? each : each.slice(0, equals).trim();
    parameters.set(key.toLowerCase(), equals < 0 ? "" : toBare(each.slice(equals + 1).trim()));
  }
  return { name: toBare(name), parameters };
}

/**
 * @param {string} text a token or a quoted string
 * @returns {string}
 */
function toBare(text) {
  if (!text.startsWith('"')) return text;
  return text.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1");
}

/**
 * The edge appends itself last (RFC 9211 section 2), so the last member is the nearest cache.
 * @param {string | null} header
 * @returns {{ cache: CacheVerdict, detail: string }}
 */
export function parseCacheStatus(header) {
  const last = parseParts(header ?? "", ",").at(-1);
  if (last === undefined) return { cache: "unknown", detail: "" };
  const { parameters } = parseMember(last);
  const words = ["collapsed", "stored"].filter((word) => parameters.has(word));
  const detail = parameters.get("detail");
  if (detail) words.push(detail);
  if (parameters.has("hit")) {
    const stale = Number(parameters.get("ttl") ?? 0) < 0;
    return { cache: stale ? "stale" : "hit", detail: words.join(", ") };
  }
  const forward = parameters.get("fwd");
  if (forward === undefined) return { cache: "unknown", detail: words.join(", ") };
  return { cache: "miss", detail: [forward, ...words].join(", ") };
}

/**
 * @param {string | null} header
 * @returns {string | null} the description of the metric "origin"
 */
export function parseServingOrigin(header) {
  for (const part of parseParts(header ?? "", ",")) {
    const { name, parameters } = parseMember(part);
    const description = parameters.get("desc");
    if (name.toLowerCase() === "origin" && description) return description;
  }
  return null;
}

/**
 * All headers at once: asking for a single one that is not exposed makes browsers print an error.
 * @param {string} text lines "name: value"
 * @returns {Map<string, string>} names in lower case
 */
function parseHeaderLines(text) {
  /** @type {Map<string, string>} */
  const headers = new Map();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

/**
 * @param {string} address
 * @returns {string} the path below the channel, or the whole path when it has one part only
 */
export function toFileName(address) {
  const parts = new URL(address).pathname.split("/").filter((part) => part !== "");
  return (parts.length > 1 ? parts.slice(1) : parts).join("/");
}

/**
 * @param {{ address: string, kind: Reply["kind"], status: number, headerLines: string,
 *   startedMs: number, firstByteMs: number, atMs: number }} given
 * @returns {Reply}
 */
export function toReply(given) {
  const headers = parseHeaderLines(given.headerLines);
  const { cache, detail } = parseCacheStatus(headers.get("cache-status") ?? null);
  const failed = given.status < 200 || given.status >= 400;
  const age = headers.get("age");
  return {
    kind: given.kind,
    name: toFileName(given.address),
    status: given.status,
    origin: parseServingOrigin(headers.get("server-timing") ?? null),
    cache: failed ? "failed" : cache,
    detail,
    ageSeconds: age === undefined || age === "" ? null : Number(age),
    firstByteMs: given.firstByteMs,
    startedMs: given.startedMs,
    atMs: given.atMs,
  };
}

/**
 * Whether the origin itself spoke after a moment: to this request, or to another viewer's whose
 * answer the edge still held. Age counts whole seconds, so the copy may be one second older.
 * @param {Reply} reply
 * @param {number} momentMs on the clock of performance.now()
 * @returns {boolean}
 */
export function isNewerThan({ cache, ageSeconds, startedMs }, momentMs) {
  if (cache === "miss") return startedMs >= momentMs;
  return ageSeconds !== null && startedMs - (ageSeconds + 1) * 1000 >= momentMs;
}
