// @ts-check
// The control worker's API as this page uses it: its readings and the local stack's switches.
// Every call carries the token of the configuration when there is one, ends after CALL_MS_MAX, and
// returns a value; what fails is {kind: "failure"} with words for a person, never an exception.
// Does not decide how often to ask: player.js does.

/** A call that takes longer tells more by failing; the readings come again within a second. */
const CALL_MS_MAX = 4000;

/** Incidents that are read: a page that shows more of them at once helps nobody. */
const INCIDENTS_MAX = 5;

/**
 * @typedef {{ id: string, mode: "live" | "vod", playlist: string }} ChannelEntry
 * @typedef {{ edge: string, channels: ChannelEntry[], local: boolean,
 *   token: string | null }} Config
 * @typedef {{ n: number, origins: string[] }} Timeline
 * @typedef {{ id: string, mode?: string | null, timelines?: Timeline[] | null,
 *   current?: number | null, order?: string[] | null, reason?: string | null,
 *   changedAt?: string | null }} RouteEntry
 * @typedef {{ policyVersion?: number | string | null, channels: RouteEntry[] }} Routes
 * @typedef {"green" | "yellow" | "red" | "unknown"} Verdict
 * @typedef {{ id: string, kind?: string | null, region?: string | null, verdict?: Verdict | null,
 *   reasons?: string[] | null, latencyMs?: number | null, checkedAgoMs?: number | null,
 *   lastMsn?: number | null, playlistAgeMs?: number | null, channels?: string[] | null,
 *   why?: Why | null }} OriginEntry
 * @typedef {{ region: string, verdict: Verdict, reasons: string[], detail: string | null,
 *   heardAgoMs: number }} RegionWord
 * @typedef {{ channel: string, words: string[], regions: RegionWord[] }} Why
 * @typedef {{ at: string, kind: string, channel: string | null, origin: string | null,
 *   region: string | null, from: string | null, to: string | null, reason: string,
 *   inputs: Record<string, string | number | boolean | null> }} Decision
 * @typedef {{ id: string, level: "info" | "warning" | "critical", openedAt: string,
 *   closedAt: string | null, origins: string[], channels: string[], regions: string[],
 *   acknowledgedBy: string | null,
 *   tookMs: { detect: number | null, decide: number | null, answer: number | null }
 * }} IncidentLine
 * @typedef {IncidentLine & { entries: Decision[], entriesDropped: number }} IncidentEntry
 * @typedef {{ id: string, state: string }} LocalOrigin
 * @typedef {"kill" | "revive" | "freeze" | "clear"} Action
 */

/**
 * @template T
 * @typedef {{ kind: "answer", value: T }
 *   | { kind: "failure", status: number, text: string }} Answer
 */

/**
 * @param {string} path
 * @param {string | null} token
 * @param {"GET" | "POST"} method
 * @returns {Promise<Answer<unknown>>}
 */
async function call(path, token, method = "GET") {
  /** @type {RequestInit} */
  const init = { method, cache: "no-store", signal: AbortSignal.timeout(CALL_MS_MAX) };
  if (token !== null) init.headers = { Authorization: `Bearer ${token}` };
  try {
    const response = await fetch(path, init);
    if (!response.ok) {
      return { kind: "failure", status: response.status, text: await printFailure(response) };
    }
    return { kind: "answer", value: method === "GET" ? await response.json() : null };
  } catch (error) {
    return { kind: "failure", status: 0, text: printException(error) };
  }
}

/**
 * @param {Response} response
 * @returns {Promise<string>} the detail of a problem document (RFC 9457), else the bare status
 */
async function printFailure(response) {
  const detail = parseProblem(await response.text());
  return detail === null ? `HTTP ${response.status}` : `HTTP ${response.status}: ${detail}`;
}

/**
 * @param {string} text body of an error answer
 * @returns {string | null} its detail or title when it is a problem document
 */
export function parseProblem(text) {
  try {
    const problem = JSON.parse(text);
    const words = problem?.detail ?? problem?.title ?? problem?.reason;
    return typeof words === "string" ? words : null;
  } catch {
    return null;
  }
}

/**
 * @param {unknown} error
 * @returns {string}
 */
function printException(error) {
  if (!(error instanceof Error)) return "no answer";
  if (error.name === "TimeoutError") return `no answer within ${CALL_MS_MAX / 1000} s`;
  return error instanceof SyntaxError ? "the answer is not JSON" : "no connection";
}

/**
 * @param {Answer<unknown>} answer
 * @param {string} list name of the array that the value must hold
 * @returns {Answer<any>} a failure when the array is not there
 */
function toChecked(answer, list) {
  if (answer.kind === "failure") return answer;
  const value = /** @type {any} */ (answer.value);
  if (Array.isArray(value?.[list])) return answer;
  return { kind: "failure", status: 200, text: `the answer has no list "${list}"` };
}

/** @returns {Promise<Answer<Config>>} */
export async function readConfig() {
  return toChecked(await call("/console/config.json", null), "channels");
}

/**
 * @param {string | null} token
 */
export function makeApi(token) {
  return {
    /** @returns {Promise<Answer<Routes>>} */
    async readRoutes() {
      return toChecked(await call("/api/v1/routes", token), "channels");
    },
    /** @returns {Promise<Answer<{ origins: OriginEntry[] }>>} */
    async readOrigins() {
      return toChecked(await call("/api/v1/origins", token), "origins");
    },
    /** @returns {Promise<Answer<{ incidents: IncidentLine[] }>>} newest first, over or not */
    async readIncidents() {
      return toChecked(await call(`/api/v1/incidents?limit=${INCIDENTS_MAX}`, token), "incidents");
    },
    /**
     * @param {string} id
     * @returns {Promise<Answer<IncidentEntry>>}
     */
    async readIncident(id) {
      const path = `/api/v1/incidents/${encodeURIComponent(id)}`;
      return toChecked(await call(path, token), "entries");
    },
    /** @returns {Promise<Answer<{ origins: LocalOrigin[] }>>} */
    async readLocalOrigins() {
      return toChecked(await call("/local/origins", token), "origins");
    },
    /**
     * @param {string} id
     * @param {Action} action
     */
    act(id, action) {
      return call(`/local/origins/${encodeURIComponent(id)}/${action}`, token, "POST");
    },
  };
}

/** @typedef {ReturnType<typeof makeApi>} Api */
