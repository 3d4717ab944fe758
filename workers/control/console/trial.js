// @ts-check
// The experiment: kill or freeze an origin of the local stack, then report what followed and when:
// the first answer from another origin, control's verdict, the changed order, and whether the
// player noticed. Times count from the press of the button, so they include the switch itself.
// Only the local stack offers this; elsewhere the panel stays hidden.

import { byId, printMilliseconds, printSeconds, showText } from "./page.js";
import { isNewerThan } from "./replies.js";
import { OriginSwitches } from "./switches.js";

/** @typedef {import("./api.js").Action} Action */
/** @typedef {import("./api.js").LocalOrigin} LocalOrigin */
/** @typedef {import("./api.js").OriginEntry} OriginEntry */
/** @typedef {import("./api.js").RouteEntry} RouteEntry */
/** @typedef {import("./replies.js").Reply} Reply */
/** @typedef {{ stalls: number, stalledSeconds: number, fatals: number }} Harm */
/** @typedef {"bad" | "good" | "plain"} Tone */

/** By then a player with the usual three segments of buffer would have felt the loss. */
const CALM_MS = 15_000;

/** After this the causes of what happens are no longer the button. */
const WATCH_MS_MAX = 120_000;

/** @type {Readonly<Record<Action, string>>} */
const DONE_WORDS = { kill: "killed", revive: "revived", freeze: "frozen", clear: "unfrozen" };

/** @type {Readonly<Record<import("./api.js").Verdict, Tone>>} */
const VERDICT_TONES = { green: "good", yellow: "plain", red: "bad", unknown: "plain" };

/**
 * What is awaited after one press of a button.
 * @typedef {object} Watch
 * @property {string} origin
 * @property {Action} action
 * @property {number} startedMs on the clock of performance.now()
 * @property {boolean} wasServing
 * @property {Harm} harmBefore
 * @property {boolean} answered
 * @property {boolean} calmed
 */

/**
 * @typedef {object} TrialPorts
 * @property {import("./api.js").Api} api
 * @property {(text: string, tone?: Tone) => void} note
 * @property {(word: string) => void} onAction called when a switch was thrown
 * @property {() => string | null} servingOrigin of the newest playlist
 * @property {() => Harm} harm
 */

export class Trial {
  #ports;
  /** @type {Watch | null} */
  #watch = null;
  /** @type {readonly LocalOrigin[]} */
  #locals = [];
  /** @type {Map<string, OriginSwitches>} */
  #switches = new Map();
  /** @type {Map<string, string>} */
  #verdicts = new Map();
  #channel = "";
  /** @type {readonly string[]} */
  #order = [];
  /** Answers that came while a switch was being thrown. @type {Reply[] | null} */
  #held = null;

  /** @param {TrialPorts} ports */
  constructor(ports) {
    this.#ports = ports;
  }

  /** @returns {boolean} whether consequences are due that deserve an exact time */
  isTiming() {
    return this.#watch !== null && this.#sinceMs() < CALM_MS;
  }

  /** @param {readonly LocalOrigin[]} locals */
  onLocals(locals) {
    this.#locals = locals;
    for (const { id, state } of locals) {
      let switches = this.#switches.get(id);
      if (switches === undefined) {
        const primary = this.#switches.size === 0;
        switches = new OriginSwitches(id, primary, (...press) => this.#act(...press));
        switches.showVerdict(toVerdict(this.#verdicts.get(id)));
        this.#switches.set(id, switches);
        byId("trial-rows").append(switches.element);
      }
      switches.show(state);
    }
    byId("trial").hidden = locals.length === 0;
    this.#explain();
  }

  /** @param {Reply} reply */
  onReply(reply) {
    if (this.#held === null) this.#applyReply(reply);
    else this.#held.push(reply);
  }

  /** @param {readonly OriginEntry[]} origins */
  onOrigins(origins) {
    for (const { id, verdict, reasons } of origins) {
      const next = verdict ?? "unknown";
      const before = this.#verdicts.get(id);
      this.#verdicts.set(id, next);
      this.#switches.get(id)?.showVerdict(next);
      if (before === undefined || before === next) continue;
      const caused = this.#watch?.origin === id;
      const text = `control verdict ${id} ${next}`;
      this.#note(text, (reasons ?? []).join(", "), VERDICT_TONES[next], caused);
    }
  }

  /** @param {RouteEntry | null} route of the channel that plays */
  onRoute(route) {
    const next = route?.order ?? [];
    const changed = this.#order.length > 0 && next.length > 0 && this.#order[0] !== next[0];
    this.#order = next;
    if (changed) {
      const watch = this.#watch;
      const caused = watch !== null && toLoss(watch.action) !== (next[0] === watch.origin);
      this.#note(`control asks ${next[0]} first`, route?.reason ?? "", "plain", caused);
    }
    this.#explain();
  }

  /** @param {string} channel another one: its order is not a changed order */
  onChannel(channel) {
    this.#channel = channel;
    this.#order = [];
    this.#watch = null;
  }

  /** Called every second. */
  onTick() {
    const watch = this.#watch;
    if (watch === null || watch.calmed || this.#sinceMs() < CALM_MS) return;
    watch.calmed = true;
    const { words, calm } = printHarm(watch.harmBefore, this.#ports.harm());
    this.#ports.note(`${CALM_MS / 1000} s later: ${words}`, calm ? "good" : "bad");
  }

  /**
   * @param {string} id
   * @param {Action} action
   */
  async #act(id, action) {
    const switches = this.#switches.get(id);
    /** @type {Watch} */
    const next = {
      origin: id,
      action,
      startedMs: performance.now(),
      wasServing: this.#ports.servingOrigin() === id,
      harmBefore: this.#ports.harm(),
      answered: false,
      calmed: false,
    };
    switches?.showBusy(true);
    this.#held ??= [];
    const answer = await this.#ports.api.act(id, action);
    const during = this.#held ?? [];
    this.#held = null;
    switches?.showBusy(false);
    showFailure(answer.kind === "failure" ? `${id}: ${action} failed, ${answer.text}.` : null);
    if (answer.kind === "failure") return;
    this.#watch = next;
    const word = `${id} ${DONE_WORDS[action]}`;
    this.#ports.note(word, toLoss(action) ? "bad" : "good");
    for (const reply of during) this.#applyReply(reply);
    this.#ports.onAction(word);
  }

  /** @param {Reply} reply */
  #applyReply(reply) {
    const watch = this.#watch;
    if (watch === null || watch.answered || !this.#isWatching()) return;
    if (reply.origin === null || reply.cache === "failed") return;
    if (!isNewerThan(reply, watch.startedMs) || !this.#isCandidate(reply.origin)) return;
    const switched = toLoss(watch.action)
      ? watch.wasServing && reply.origin !== watch.origin
      : !watch.wasServing && reply.origin === watch.origin;
    if (!switched) return;
    watch.answered = true;
    const took = `${reply.kind}, in ${printMilliseconds(reply.firstByteMs)}`;
    const afterMs = reply.startedMs + reply.firstByteMs - watch.startedMs;
    this.#note(`first answer from ${reply.origin}`, took, "good", true, afterMs);
  }

  /**
   * Media may come from a storage that is no alternative to the origin that was killed.
   * @param {string} origin
   */
  #isCandidate(origin) {
    if (this.#order.length > 0) return this.#order.includes(origin);
    return this.#locals.some((each) => each.id === origin);
  }

  #isWatching() {
    return this.#watch !== null && this.#sinceMs() < WATCH_MS_MAX;
  }

  #sinceMs() {
    return this.#watch === null ? 0 : performance.now() - this.#watch.startedMs;
  }

  /**
   * @param {string} text
   * @param {string} detail in words, or ""
   * @param {Tone} tone
   * @param {boolean} caused whether it may follow from the button
   * @param {number} [afterMs] since the press of the button
   */
  #note(text, detail, tone, caused, afterMs = this.#sinceMs()) {
    const after = caused && this.#isWatching() ? ` after ${printMilliseconds(afterMs)}` : "";
    this.#ports.note(text + after + (detail === "" ? "" : `: ${detail}`), tone);
  }

  #explain() {
    const touched =
      this.#order.length === 0 || this.#locals.some((each) => this.#order.includes(each.id));
    const mine = this.#locals.filter((each) => isPartOf(this.#order, each.id));
    for (const [id, { element }] of this.#switches) {
      element.hidden = touched && !isPartOf(this.#order, id);
    }
    const text = touched
      ? printExplanation(mine)
      : `${this.#channel} is read from ${this.#order.join(", ")}, which has no switch here. ` +
        "Choose a live channel to see one origin take over from the other.";
    showText(byId("trial-text"), text);
  }
}

/**
 * @param {readonly string[]} order of the channel that plays; empty while it is not known
 * @param {string} id
 * @returns {boolean}
 */
function isPartOf(order, id) {
  return order.length === 0 || order.includes(id);
}

/**
 * @param {Action} action
 * @returns {boolean}
 */
function toLoss(action) {
  return action === "kill" || action === "freeze";
}

/**
 * @param {string | undefined} verdict
 * @returns {import("./api.js").Verdict}
 */
function toVerdict(verdict) {
  return verdict === "green" || verdict === "yellow" || verdict === "red" ? verdict : "unknown";
}

/**
 * @param {Harm} before
 * @param {Harm} after
 * @returns {{ words: string, calm: boolean }}
 */
function printHarm(before, after) {
  const stalls = Math.max(0, after.stalls - before.stalls);
  const fatals = Math.max(0, after.fatals - before.fatals);
  if (stalls === 0 && fatals === 0) {
    return { words: "the player did not notice (no stall, no fatal error)", calm: true };
  }
  const seconds = printSeconds(Math.max(0, after.stalledSeconds - before.stalledSeconds));
  return { words: `stalls ${stalls} (${seconds}), fatal errors ${fatals}`, calm: false };
}

/**
 * What will happen, or what is happening, in one line.
 * @param {readonly LocalOrigin[]} locals
 * @returns {string}
 */
function printExplanation(locals) {
  const first = locals[0];
  const lost = locals.find((each) => each.state === "killed");
  const frozen = locals.find((each) => each.state === "frozen");
  const rest = locals.filter((each) => each.state === "running").map((each) => each.id);
  if (first === undefined) return "";
  if (locals.every((each) => each.state === "killed")) {
    return "No origin is left: the edge serves what it still holds, then an error. Revive one.";
  }
  if (lost !== undefined) {
    return (
      `${lost.id} refuses connections: the edge answers from ` +
      `${rest.join(" or ") || "what is left"} in the same request. ` +
      "Revive it, and control decides when it serves again."
    );
  }
  if (frozen !== undefined) {
    return (
      `${frozen.id} still answers 200 OK, but its playlist no longer advances. ` +
      "Only the playlist's age gives it away."
    );
  }
  return (
    `Kill ${first.id}: the edge answers from ${locals[1]?.id ?? "its cache"} ` +
    "in the same request; the player should not notice."
  );
}

/** @param {string | null} text */
function showFailure(text) {
  const failure = byId("trial-failure");
  failure.hidden = text === null;
  showText(failure, text ?? "");
}
