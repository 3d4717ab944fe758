// When a prober looks at an origin, and when it gives up waiting. For the probers, one machine per
// channel and origin.
//
// A look that is not answered may have met a slow origin or a dead one, and the difference matters:
// slow is yellow, dead is red. So a second look is sent beside the first while that is still open,
// like calling again while the phone rings: if nobody answers either within the limit, both have
// failed, and two failures are a verdict. A slow origin answers one of them and is only slow. That
// way a dead origin is known 3.2 s after the fault at the latest, with looks every 2 s, and no
// answer of 1.2 s or less is ever taken for silence. Edges' suspicion brings the looks forward.
// A playlist that stands still is looked at once more at the moment when that becomes a freeze.

export interface LookFlight {
  readonly id: number;
  readonly sentAtMs: number;
}

export interface Looks {
  readonly intervalMs: number;
  readonly flights: readonly LookFlight[];
  readonly nextId: number;
  readonly dueAtMs: number;
  /**
   * Failures in a row, told with every failed sighting. Two at one moment are one: a hiccup of a
   * tenth of a second meets every look that is open, and must not be a verdict.
   */
  readonly failures: number;
  readonly failedAtMs: number;
}

export type LookEvent =
  | {
      readonly kind: "answered";
      readonly id: number;
      readonly isGood: boolean;
      /** Until a playlist that stands still is frozen; null: it does not stand still. */
      readonly frozenInMs: number | null;
    }
  /** Somebody had trouble with this origin. */
  | { readonly kind: "suspect" }
  /**
   * Whoever looks has slept through this much time: an answer may lie unread, and silence that
   * nobody listened to is none.
   */
  | { readonly kind: "stall"; readonly byMs: number }
  | { readonly kind: "tick" };

export type LookEffect =
  | { readonly kind: "fetch"; readonly id: number }
  | { readonly kind: "abort"; readonly id: number }
  /** So many looks were not answered in time: as many failures by time-out. */
  | { readonly kind: "silence"; readonly looks: number; readonly waitedMs: number };

export interface LookStep {
  readonly looks: Looks;
  readonly effects: readonly LookEffect[];
  readonly wakeAtMs: number;
}

/** A look is usually answered by then; if not, a second one is sent beside it. */
const SECOND_MS = 500;
/** The first look's limit. */
export const SILENCE_MS = 1_200;
/** Two looks sent together on suspicion: fewer doubts, less patience. */
const SUSPECT_SILENCE_MS = 1_000;
/** After a failure. */
const SOON_MS = 250;
/**
 * A little after the moment, so that clocks that count in milliseconds agree that it has passed.
 */
const FROZEN_MARGIN_MS = 20;
/** Failures nearer to each other are of one moment. */
const MOMENT_MS = 200;

/** A prober that has just been given its origin. */
export function toLooks(intervalMs: number, nowMs: number): Looks {
  const failedAtMs = Number.NEGATIVE_INFINITY;
  return { intervalMs, flights: [], nextId: 1, dueAtMs: nowMs, failures: 0, failedAtMs };
}

/** Applies one event, then sends whatever is due. */
export function applyLookEvent(before: Looks, event: LookEvent, nowMs: number): LookStep {
  const effects: LookEffect[] = [];
  let looks = before;
  if (event.kind === "answered") looks = applyAnswered(looks, event, nowMs, effects);
  if (event.kind === "suspect") looks = applySuspicion(looks, nowMs, effects);
  if (event.kind === "stall") looks = applyStall(looks, event.byMs);
  looks = applySilence(looks, nowMs, effects);
  const [first] = looks.flights;
  if (first === undefined && nowMs >= looks.dueAtMs) looks = send(looks, nowMs, effects);
  else if (looks.flights.length === 1 && first !== undefined) {
    if (nowMs - first.sentAtMs >= SECOND_MS) looks = send(looks, nowMs, effects);
  }
  return { looks, effects, wakeAtMs: toWakeAtMs(looks) };
}

function applyAnswered(
  looks: Looks,
  { id, isGood, frozenInMs }: LookEvent & { readonly kind: "answered" },
  nowMs: number,
  effects: LookEffect[],
): Looks {
  const flight = looks.flights.find((each) => each.id === id);
  if (flight === undefined) return looks;
  const others = looks.flights.filter((each) => each !== flight);
  if (!isGood) {
    const isSameMoment = nowMs - looks.failedAtMs < MOMENT_MS;
    const failures = isSameMoment ? looks.failures : looks.failures + 1;
    // Two in a row are red: the second one is not waited for.
    const dueAtMs = failures < 2 ? nowMs + SOON_MS : flight.sentAtMs + looks.intervalMs;
    const failed = { ...looks, flights: others, failures, failedAtMs: nowMs };
    return { ...failed, dueAtMs: Math.max(nowMs, dueAtMs) };
  }
  const regularAtMs = flight.sentAtMs + looks.intervalMs;
  // A standstill is judged at the moment when it is one, and not up to an interval later.
  const isFrozenSoon = frozenInMs !== null && frozenInMs > -FROZEN_MARGIN_MS;
  const frozenAtMs = isFrozenSoon
    ? nowMs + Math.max(0, frozenInMs) + FROZEN_MARGIN_MS
    : regularAtMs;
  const dueAtMs = Math.max(nowMs, Math.min(regularAtMs, frozenAtMs));
  // It answers: the other look would tell nothing more.
  for (const each of others) effects.push({ kind: "abort", id: each.id });
  return { ...looks, flights: [], dueAtMs, failures: 0 };
}

function applySuspicion(looks: Looks, nowMs: number, effects: LookEffect[]): Looks {
  let next = looks;
  while (next.flights.length < 2) next = send(next, nowMs, effects);
  return next;
}

function applyStall(looks: Looks, byMs: number): Looks {
  const flights = looks.flights.map(({ id, sentAtMs }) => ({ id, sentAtMs: sentAtMs + byMs }));
  return { ...looks, flights };
}

function applySilence(looks: Looks, nowMs: number, effects: LookEffect[]): Looks {
  const { flights } = looks;
  if (flights.length === 0 || nowMs < toSilenceAtMs(flights)) return looks;
  for (const { id } of flights) effects.push({ kind: "abort", id });
  const waitedMs = nowMs - Math.min(...flights.map(({ sentAtMs }) => sentAtMs));
  effects.push({ kind: "silence", looks: flights.length, waitedMs });
  const failures = looks.failures + flights.length;
  return { ...looks, flights: [], dueAtMs: nowMs + SOON_MS, failures, failedAtMs: nowMs };
}

function toSilenceAtMs(flights: readonly LookFlight[]): number {
  const [first, second] = flights;
  if (first === undefined) return Number.POSITIVE_INFINITY;
  const isTogether = second !== undefined && second.sentAtMs - first.sentAtMs < SECOND_MS / 2;
  return first.sentAtMs + (isTogether ? SUSPECT_SILENCE_MS : SILENCE_MS);
}

function send(looks: Looks, nowMs: number, effects: LookEffect[]): Looks {
  const { nextId, flights } = looks;
  effects.push({ kind: "fetch", id: nextId });
  return { ...looks, nextId: nextId + 1, flights: [...flights, { id: nextId, sentAtMs: nowMs }] };
}

function toWakeAtMs({ flights, dueAtMs }: Looks): number {
  const [first] = flights;
  if (first === undefined) return dueAtMs;
  const silenceAtMs = toSilenceAtMs(flights);
  return flights.length === 1 ? Math.min(silenceAtMs, first.sentAtMs + SECOND_MS) : silenceAtMs;
}
