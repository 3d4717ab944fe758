// The continuity ledger behind the coordinator's port: events in, what must be shown out. It keeps
// the machine's immutable state.

import { applyLedgerEvent } from "../../core/continuity/apply-event.ts";
import type { LedgerEffect, ProofSide } from "../../core/continuity/effect.ts";
import type { LedgerEvent } from "../../core/continuity/event.ts";
import { decideJoinability, type Joinability } from "../../core/continuity/joinability.ts";
import { type Ledger, toLedger, toVisit } from "../../core/continuity/ledger.ts";
import {
  printCanonical,
  printCanonicalMultivariant,
} from "../../core/continuity/print-canonical.ts";
import { planReportReads, planWake, toOwnPath } from "../../core/continuity/reads.ts";
import type { JoinReason } from "../../core/continuity/reason.ts";
import { toKeyBehind } from "../../core/continuity/reports.ts";
import { toRescue } from "../../core/continuity/rescue.ts";
import type { LedgerSettings } from "../../core/continuity/settings.ts";
import { parseSnapshot, printSnapshot, toSnapshot } from "../../core/continuity/snapshot.ts";
import type { JoinWord } from "../../core/contract/report.ts";
import type {
  Assembly,
  ChannelLedger,
  LedgerNews,
  ProofWish,
  ProofWishSide,
} from "./channel-ledger.ts";

/** Reasons that say that an origin's playlist cannot be shown, whatever comes next. */
const REFUSALS: ReadonlySet<string> = new Set([
  "uri-refused",
  "no-segments",
  "unknown-rendition",
  "duration-above-target",
]);

/** Reasons that tell of the looker: whether the origin lives is judged by control's own looks. */
const UNSEEN: ReadonlySet<JoinReason> = new Set(["unknown-origin", "unread", "silent"]);

/** Begins with a snapshot, if there is one that can be read. */
export function makeChannelLedger(
  settings: LedgerSettings,
  snapshot: string | null,
): ChannelLedger {
  let ledger = toStart(settings, snapshot);

  const apply = (event: LedgerEvent, nowMs: number): LedgerNews => {
    const before = ledger;
    const step = applyLedgerEvent(ledger, event, nowMs);
    ledger = step.ledger;
    return toNews(step.effects, before, ledger);
  };

  return {
    use: (next, nowMs) => void apply({ kind: "settings", settings: next }, nowMs),
    current: () => toVisit(ledger)?.origin ?? null,
    currentTimeline: () => toVisit(ledger)?.timeline ?? 0,
    timelines() {
      return ledger.timelines.map(({ n, members }) => ({
        n,
        origins: [...new Set(members.map(({ origin }) => origin))],
      }));
    },
    renditions: () => [...ledger.renditions.keys()],
    media: (origin, path, playlist, place, nowMs, isWatched) =>
      apply({ kind: "playlist", origin, path, playlist, place, isWatched }, nowMs),
    multivariant: (origin, path, playlist, place, nowMs) =>
      apply({ kind: "multivariant", origin, path, playlist, place }, nowMs),
    choose: (origin, cause, nowMs) => apply({ kind: "choose", origin, cause }, nowMs),
    proof: (id, verdict, nowMs) => apply({ kind: "proof", id, verdict }, nowMs),
    tick: (nowMs) => apply({ kind: "tick" }, nowMs),
    wakeAtMs: () => planWake(ledger),
    print: (rendition) => printCanonical(ledger, rendition),
    printMultivariant() {
      const text = printCanonicalMultivariant(ledger);
      const path = ledger.multivariant?.path ?? null;
      return text === null || path === null ? null : { path, text };
    },
    isOutside(playlist) {
      const path = ledger.multivariant?.path ?? playlist;
      if (path === playlist) return false;
      return [...ledger.origins.values()].every((book) => toOwnPath(book, playlist) === null);
    },
    joins: (nowMs) => toJoinWords(decideJoinability(ledger, nowMs)),
    joinWords(nowMs) {
      const all = decideJoinability(ledger, nowMs);
      return toJoinWords(all.filter(({ reason }) => !UNSEEN.has(reason)));
    },
    pathAt(origin, rendition) {
      const book = ledger.origins.get(origin);
      if (rendition === ledger.multivariant?.path) return rendition;
      return book === undefined ? null : toOwnPath(book, rendition);
    },
    reportReads: (nowMs) => planReportReads(ledger, nowMs),
    rescue(timeline, path) {
      const places = toRescue(ledger, timeline, path);
      return places.map(({ origin, path: own }) => ({ originId: origin, path: own }));
    },
    refusal(origin, rendition) {
      const last = ledger.decisions.at(-1);
      if (last === undefined || !REFUSALS.has(last.reason)) return null;
      if (last.origin !== origin || last.rendition !== rendition) return null;
      return [last.reason, ...Object.values(last.inputs)].join(" ");
    },
    snapshot: () => printSnapshot(toSnapshot(ledger)),
  };
}

function toJoinWords(all: readonly Joinability[]): ReadonlyMap<string, JoinWord> {
  const toWord = (join: Joinability["join"]): JoinWord =>
    join === "invisible" || join === "impossible" ? join : "visible";
  return new Map(all.map(({ origin, join }) => [origin, toWord(join)]));
}

function toStart(settings: LedgerSettings, snapshot: string | null): Ledger {
  const restored = snapshot === null ? null : parseSnapshot(snapshot);
  return restored === null || "kind" in restored ? toLedger(settings) : restored;
}

function toNews(effects: readonly LedgerEffect[], before: Ledger, after: Ledger): LedgerNews {
  const renditions = effects.flatMap((effect) =>
    effect.kind === "publish" ? [effect.rendition] : [],
  );
  const proofs = effects.flatMap((effect) => (effect.kind === "prove" ? toProofs(effect) : []));
  return {
    renditions,
    multivariant: effects.some(({ kind }) => kind === "publish-multivariant"),
    proofs,
    assemblies: effects.flatMap((effect) => (effect.kind === "assemble" ? toAssembly(effect) : [])),
    isTurn:
      toVisit(before) !== toVisit(after) ||
      before.timelines !== after.timelines ||
      before.proofs !== after.proofs,
  };
}

function toProofs(effect: LedgerEffect & { readonly kind: "prove" }): ProofWish[] {
  const [left, right] = effect.sides;
  const sides = [toSide(left), toSide(right)] as const;
  return [{ id: effect.id, rendition: effect.rendition, sides }];
}

function toSide({ origin, playlistUrl, uri, byteRange }: ProofSide): ProofWishSide {
  const url = new URL(uri, playlistUrl).href;
  const first = byteRange?.offsetBytes ?? null;
  if (byteRange === null || first === null) return { origin, url, range: null };
  return { origin, url, range: { first, last: first + byteRange.lengthBytes - 1 } };
}

function toAssembly(effect: LedgerEffect & { readonly kind: "assemble" }): Assembly[] {
  const parts = effect.parts.map(({ uri, byteRange }) => {
    const first = byteRange?.offsetBytes ?? null;
    const isRange = byteRange !== null && first !== null;
    return {
      path: toKeyBehind(effect.rendition, uri),
      range: isRange ? { first, last: first + byteRange.lengthBytes - 1 } : null,
    };
  });
  return [{ path: toKeyBehind(effect.rendition, effect.uri), parts }];
}
