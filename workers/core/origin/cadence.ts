// The rhythm in which an origin publishes versions of one playlist, learnt from looks at it, and
// the moments that follow from it. For playlist sources.
//
// Like learning when a neighbour's newspaper comes by looking out of the window: seeing the paper
// says only that it came since the last look. So an estimate runs with the media (previous estimate
// + duration of what was added) and is only held within what was seen: not before the last look
// that found nothing new, not after the one that found it. A deviation begins with a prior, because
// two regular papers prove no regularity. Taking "first seen" for "published" instead makes a
// poller late for ever, and it never notices. Whoever is late on his first look comes earlier next
// time. Does NOT send anything: source.ts does, by this plan.

/** Samples kept; older ones tell of another encoder. */
const INTERVALS_MAX = 32;
/** Prior of the deviation: this share of the mean, with the weight of so many samples. */
const DEVIATION_PRIOR_SHARE = 0.12;
const DEVIATION_PRIOR_SAMPLES = 4;
/** The first look leads the mean by so many deviations. */
const LEAD_DEVIATIONS = 1.75;
/** A change found on the first look brings the next first look forward; the shift fades. */
const LATE_SHIFT_SHARE = 0.15;
const LATE_SHIFT_FADE = 0.6;
/**
 * Spacing of looks: a share of the mean within bounds. Half of it is how late a version is known on
 * average; at 2 s, 80 ms make 2 % of answers outdated and cost about seven requests a version.
 */
const SPACING_SHARE = 0.04;
const SPACING_MS_MIN = 80;
const SPACING_MS_MAX = 250;
/**
 * The first looks are further apart than the last: a look at the beginning is made for every
 * version, one at the end for the few that are not out yet. With publications spread evenly over
 * the window, what costs least is a spacing that falls with the root of the share still awaited:
 * lateness x looks is 2/9 of the window then, not 1/4. Simulated (2 s, jitter of 20 %, 40 ms to
 * the origin): 36 ms late with 6.8 looks a version, 41 ms with 6.9 at even spacing.
 */
const SPACING_FIRST = 5 / 4;
const SPACING_LAST = 2 / 3;
/**
 * Overdue is what comes later than so many deviations; or, once a few intervals were seen, clearly
 * later than the longest of them (a bounded jitter is told from a wild one that way, a quarter of a
 * second sooner at 2 s). The fewer there are, the more a longer one may come: the margin falls with
 * their number. No less than a share of the mean.
 */
const OVERDUE_DEVIATIONS = 3;
const OVERDUE_MARGIN_DEVIATIONS = 0.5;
const OVERDUE_MARGIN_DOUBT = 2;
const OVERDUE_SAMPLES = 4;
const OVERDUE_SHARE = 0.2;

export interface Cadence {
  /** Best estimate of the newest version's publication, Unix milliseconds. */
  readonly publishedAtMs: number;
  /** Last look that found nothing newer than the newest version. */
  readonly lastSameAtMs: number;
  /** Whether a publication was ever seen between two looks: until then the phase is a guess. */
  readonly isTight: boolean;
  /** Time between publications, newest last. */
  readonly intervalsMs: readonly number[];
  /** How long the next addition is expected to be while nothing was observed. */
  readonly nominalMs: number;
  /** By how much the first look comes forward. */
  readonly shiftMs: number;
}

/** Begins with the first body seen: published then, as far as anybody knows. */
export function toFirstCadence(nominalMs: number, atMs: number): Cadence {
  return {
    publishedAtMs: atMs,
    lastSameAtMs: atMs,
    isTight: false,
    intervalsMs: [],
    nominalMs,
    shiftMs: 0,
  };
}

/** A look found nothing new. */
export function applySame(cadence: Cadence, atMs: number): Cadence {
  return { ...cadence, lastSameAtMs: Math.max(cadence.lastSameAtMs, atMs) };
}

/** What a look found: media of `addedMs` in `addedCount` steps (segments, or parts). */
export interface Addition {
  readonly atMs: number;
  readonly addedMs: number;
  readonly addedCount: number;
  /** True if no look was made since the newest version was found: the change came unwatched. */
  readonly onFirstLook: boolean;
  /** The answer was held until the publication: that is the moment, no estimate is better. */
  readonly isExact: boolean;
}

/** A look found a newer version. */
export function applyAddition(cadence: Cadence, addition: Addition): Cadence {
  const { atMs, addedMs, addedCount, onFirstLook, isExact } = addition;
  const estimateMs = isExact ? atMs : cadence.publishedAtMs + addedMs;
  const publishedAtMs = Math.min(atMs, Math.max(cadence.lastSameAtMs, estimateMs));
  const intervalMs = (publishedAtMs - cadence.publishedAtMs) / Math.max(1, addedCount);
  const nominalMs = addedMs / Math.max(1, addedCount);
  // The first interval begins at a guess: it may be cut short by anything up to itself.
  const counts = cadence.isTight && intervalMs > 0;
  const { mean } = toRhythm(cadence);
  return {
    publishedAtMs,
    lastSameAtMs: atMs,
    isTight: cadence.isTight || isExact || !onFirstLook,
    intervalsMs: counts
      ? [...cadence.intervalsMs, intervalMs].slice(-INTERVALS_MAX)
      : cadence.intervalsMs,
    nominalMs,
    shiftMs: cadence.shiftMs * LATE_SHIFT_FADE + (onFirstLook ? mean * LATE_SHIFT_SHARE : 0),
  };
}

/** Mean and deviation of the time between publications, milliseconds. */
export function toRhythm(cadence: Cadence): { readonly mean: number; readonly deviation: number } {
  const { intervalsMs, nominalMs } = cadence;
  const count = intervalsMs.length;
  const mean = count === 0 ? nominalMs : intervalsMs.reduce((sum, each) => sum + each, 0) / count;
  const prior = DEVIATION_PRIOR_SAMPLES * (mean * DEVIATION_PRIOR_SHARE) ** 2;
  const squares = intervalsMs.reduce((sum, each) => sum + (each - mean) ** 2, prior);
  return { mean, deviation: Math.sqrt(squares / (DEVIATION_PRIOR_SAMPLES + count)) };
}

/** The moments that matter about the next version, Unix milliseconds. */
export interface PollPlan {
  /** When to send the first look. */
  readonly firstAtMs: number;
  /** Time from one look to the next, counted from when they are sent. */
  readonly spacingMs: number;
  /** Nothing new is plausible before this moment. */
  readonly notBeforeAtMs: number;
  readonly expectedAtMs: number;
  /** Looks sent between these two may find something new; null until the phase is known. */
  readonly window: { readonly fromMs: number; readonly untilMs: number } | null;
  /** From here on something is wrong. */
  readonly overdueAtMs: number;
}

/** Plans the looks for the next version at an origin whose answers take `latencyMs`. */
export function planPolls(cadence: Cadence, latencyMs: number): PollPlan {
  const { mean, deviation } = toRhythm(cadence);
  const spacingMs = Math.min(SPACING_MS_MAX, Math.max(SPACING_MS_MIN, mean * SPACING_SHARE));
  const { publishedAtMs, shiftMs } = cadence;
  const expectedAtMs = publishedAtMs + mean;
  const leadMs = LEAD_DEVIATIONS * deviation;
  const earliestMs = expectedAtMs - leadMs - shiftMs;
  const floorMs = cadence.lastSameAtMs + spacingMs;
  // Until a publication was seen between two looks, the phase is unknown: look all the time.
  const firstAtMs = cadence.isTight
    ? Math.max(floorMs - latencyMs, earliestMs - spacingMs / 2 - latencyMs)
    : floorMs;
  return {
    firstAtMs,
    spacingMs,
    notBeforeAtMs: cadence.isTight ? Math.max(publishedAtMs, earliestMs - spacingMs / 2) : 0,
    expectedAtMs,
    window: cadence.isTight
      ? { fromMs: earliestMs - latencyMs, untilMs: expectedAtMs + leadMs - latencyMs }
      : null,
    overdueAtMs: publishedAtMs + toAwaitedMs(cadence) + toLateMs(cadence),
  };
}

/**
 * How long a publication may take before it can be late. One or two intervals may have been cut
 * short by where they were first seen; what was added plays for so long, and that is no guess.
 */
function toAwaitedMs(cadence: Cadence): number {
  const { mean } = toRhythm(cadence);
  const { intervalsMs, nominalMs, isTight } = cadence;
  if (!isTight) return mean * 1.5;
  return intervalsMs.length < OVERDUE_SAMPLES ? Math.max(mean, nominalMs) : mean;
}

/** How much later than expected is overdue, milliseconds. */
function toLateMs(cadence: Cadence): number {
  const { mean, deviation } = toRhythm(cadence);
  const { intervalsMs } = cadence;
  const least = OVERDUE_SHARE * mean;
  const most = Math.max(least, OVERDUE_DEVIATIONS * deviation);
  if (intervalsMs.length < OVERDUE_SAMPLES) return most;
  const margin = OVERDUE_MARGIN_DEVIATIONS + OVERDUE_MARGIN_DOUBT / intervalsMs.length;
  const longest = Math.max(...intervalsMs) - mean + margin * deviation;
  return Math.min(most, Math.max(least, longest));
}

/** Time from a look sent at `sentAtMs` to the next one, milliseconds. */
export function toNextLookMs({ window, spacingMs }: PollPlan, sentAtMs: number): number {
  if (window === null) return spacingMs;
  const passed = (sentAtMs - window.fromMs) / (window.untilMs - window.fromMs);
  const awaited = Math.min(1, Math.max(0, 1 - passed));
  return spacingMs * Math.max(SPACING_LAST, SPACING_FIRST * Math.sqrt(awaited));
}
