// Begins a new stretch of the canonical playlist: behind a cut, with other bytes, or under another
// label with the same bytes. Both were decided before (switch.ts, cut.ts); here open segments are
// closed, the timeline gets its number, and every rendition that can joins at once.

import { applyClosing, applyQuiet } from "./closing.ts";
import type { CutPlan } from "./cut.ts";
import { listWatched, toAnnouncedEndMs } from "./cut.ts";
import { applyFeed } from "./feed.ts";
import type { Draft } from "./ledger.ts";
import { emit, note, toTargetMs, toVisit } from "./ledger.ts";
import type { SwitchCause } from "./pending-switch.ts";
import { ledgerLimits } from "./settings.ts";
import type { Cut, Member, Timeline, Visit } from "./timeline.ts";
import { isMember } from "./timeline.ts";

/** The same bytes under a label of their own: every rendition goes on where its bytes go on. */
export function applyTwin(draft: Draft, target: Member, cause: string): void {
  const visit = toVisit(draft.ledger) as Visit;
  const { origin } = target;
  const timeline = applyTimeline(draft, visit, target, toRoot(draft, visit));
  const next: Visit = {
    n: visit.n + 1,
    timeline,
    ...target,
    sinceMs: draft.nowMs,
    isDiscontinuity: false,
    closedParts: false,
    cut: null,
    endDsn: null,
    msnShift: null,
    dsnShift: null,
    firstMsn: null,
  };
  const visits = [...draft.ledger.visits, next].slice(-ledgerLimits.visitsMax);
  const end = { kind: "live" } as const;
  draft.ledger = { ...draft.ledger, visits, chosen: origin, pending: null, end };
  note(draft, "switched-invisibly", { origin }, { from: visit.origin, timeline, cause });
  for (const path of draft.ledger.renditions.keys()) applyFeed(draft, path);
  emit(draft, { kind: "choice", origin, outcome: "done", reason: "same-bytes" });
}

export function applyCut(
  draft: Draft,
  target: Member,
  plan: Extract<CutPlan, { kind: "now" }>,
  cause: SwitchCause,
): void {
  const visit = toVisit(draft.ledger) as Visit;
  const { cut } = plan;
  const books = [...draft.ledger.renditions.values()];
  const closedParts = books.some(({ open }) => open.partCount > 0);
  for (const book of books) {
    if (book.open.partCount > 0 || book.open.hints.length > 0) applyClosing(draft, book);
  }
  const watched = listWatched(draft.ledger);
  const timeline = applyTimeline(draft, visit, target, null);
  const next: Visit = {
    n: visit.n + 1,
    timeline,
    ...target,
    sinceMs: draft.nowMs,
    isDiscontinuity: true,
    closedParts,
    cut,
    endDsn: Math.max(0, ...watched.map(({ tail }) => tail.dsn)),
    msnShift: null,
    dsnShift: null,
    firstMsn: toFirstMsn(draft, cut),
  };
  const visits = [...draft.ledger.visits, next].slice(-ledgerLimits.visitsMax);
  const chosen = target.origin;
  draft.ledger = { ...draft.ledger, visits, chosen, pending: null, end: { kind: "live" } };
  noteCut(draft, visit, next, plan, cause);
  applyFeed(draft, cut.reference);
  for (const path of draft.ledger.renditions.keys()) {
    if (path !== cut.reference) applyFeed(draft, path);
  }
  applyQuiet(draft);
  const reason = cut.isLagging ? "lagging-standby" : "other-bytes";
  emit(draft, { kind: "choice", origin: target.origin, outcome: "done", reason });
}

function noteCut(
  draft: Draft,
  from: Visit,
  to: Visit,
  { cut, repeatSeconds, skipSeconds }: Extract<CutPlan, { kind: "now" }>,
  cause: SwitchCause,
): void {
  const inputs = {
    from: from.origin,
    fromTimeline: from.timeline,
    timeline: to.timeline,
    cause,
    clock: cut.clock,
    endMs: cut.endMs,
    startMs: cut.startMs,
    repeatSeconds,
    skipSeconds,
  };
  const about = { origin: to.origin };
  if (cut.clock === "publication") note(draft, "joined-by-arrival", about, { from: from.origin });
  if (cut.isLagging) note(draft, "lagging-standby", about, { repeatSeconds });
  note(draft, "switched-with-discontinuity", about, inputs);
}

/** The timeline of an epoch: its old one if it ever fed, a new number else. */
function applyTimeline(draft: Draft, visit: Visit, target: Member, twinOf: number | null): number {
  const { ledger, nowMs } = draft;
  const keepMs = toKeepMs(draft);
  const known = ledger.timelines.findLast((one) => isMember(one, target.origin, target.epoch));
  const timelines = ledger.timelines.map((one) => {
    if (one.n === known?.n) return { ...one, keepUntilMs: null };
    return one.n === visit.timeline ? { ...one, keepUntilMs: nowMs + keepMs } : one;
  });
  emit(draft, { kind: "keep-media", timeline: visit.timeline, untilMs: nowMs + keepMs });
  if (known !== undefined) {
    draft.ledger = { ...ledger, timelines };
    return known.n;
  }
  const n = ledger.nextTimeline;
  const made: Timeline = { n, members: [target], twinOf, keepUntilMs: null };
  const kept = [...timelines, made].slice(-ledgerLimits.timelinesMax);
  draft.ledger = { ...ledger, timelines: kept, nextTimeline: n + 1 };
  return n;
}

/**
 * How long an old timeline's media must be there: its last segment leaves the window after one
 * window, and has to stay for its own duration and that of the longest playlist that held it (C7).
 */
function toKeepMs(draft: Draft): number {
  const windows = [...draft.ledger.renditions.values()].map(({ store }) => store.seconds);
  return 2 * Math.max(0, ...windows) * 1000 + toTargetMs(draft.ledger);
}

/** The number that follows the old timeline, if the reference rendition has all of it. */
function toFirstMsn({ ledger }: Draft, cut: Cut): number | null {
  const book = ledger.renditions.get(cut.reference);
  const endMs = book === undefined ? null : toAnnouncedEndMs(book, cut.clock);
  if (book === undefined || endMs === null) return null;
  const isWhole = Math.abs(cut.endMs - endMs) < book.tail.lastSeconds * 500;
  return isWhole ? book.tail.nextMsn : null;
}

/** The first timeline of a family of equal bytes. */
function toRoot({ ledger }: Draft, visit: Visit): number {
  const timeline = ledger.timelines.find(({ n }) => n === visit.timeline);
  return timeline?.twinOf ?? visit.timeline;
}
