// Which origins' bytes are the same. Identity is proved, never assumed: equal dates and durations
// make two listings candidates (names may differ); then the platform compares the bytes of one
// shared segment and of the init section, per rendition. One contradiction separates two epochs for
// good. The operator may vouch for identity instead ("identical"), and is believed until playlists
// contradict him, or rule it out ("independent").
//
// Same bytes under other names may share a label only if no name can ever mean two things: with the
// numbers of `seg-#.ts` shifted by 50 it does, in a hundred seconds, in every cache that holds the
// first one. Such a twin gets a label of its own, and is joined without a discontinuity.

import { toTagUri } from "./carried-lines.ts";
import type { ProofSide } from "./effect.ts";
import type { Draft, Ledger } from "./ledger.ts";
import { emit, listFed, note, toTargetMs, toVisit } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import type { Match } from "./match-listings.ts";
import { matchListings } from "./match-listings.ts";
import { hasNameClash } from "./name-clash.ts";
import { toListing } from "./origin-book.ts";
import type { NameRelation, PairProof, ProofState, RenditionProof } from "./pair-proof.ts";
import type { RawBlock } from "./raw-block.ts";
import { toMapRange } from "./tag-lines.ts";
import type { Member, Timeline } from "./timeline.ts";
import { isMember } from "./timeline.ts";

const nothingProved: PairProof = { names: null, isDifferent: false, renditions: new Map() };

/** Target durations after which an unanswered or undecided comparison is asked for again. */
const ASK_AGAIN_TARGETS = 5;

export function toPairKey(a: Member, b: Member): string {
  const [first, second] = isInOrder(a, b) ? [a, b] : [b, a];
  return `${first.origin}#${first.epoch}|${second.origin}#${second.epoch}`;
}

/** True if `a` is the first one in the key of this pair. */
function isInOrder(a: Member, b: Member): boolean {
  return `${a.origin}#${a.epoch}` <= `${b.origin}#${b.epoch}`;
}

export function toPairProof(ledger: Ledger, a: Member, b: Member): PairProof {
  return ledger.proofs.get(toPairKey(a, b)) ?? nothingProved;
}

/** How far apart two members count discontinuities in a rendition; null if that was not seen. */
export function toPairApart(ledger: Ledger, from: Member, to: Member, path: string): number | null {
  const apart = toPairProof(ledger, from, to).renditions.get(path)?.dsnApart;
  if (apart === undefined) return null;
  return isInOrder(from, to) ? apart : -apart;
}

/** Compares what was just seen of an origin with the other side of the serving one. */
export function applyIdentity(draft: Draft, origin: string, rendition: string): void {
  const visit = toVisit(draft.ledger);
  if (visit === null || draft.ledger.settings.replicas === "independent") return;
  const serving: Member = { origin: visit.origin, epoch: visit.epoch };
  if (origin !== visit.origin) {
    const book = draft.ledger.origins.get(origin);
    if (book !== undefined) applyPair(draft, serving, { origin, epoch: book.current }, rendition);
    return;
  }
  for (const book of draft.ledger.origins.values()) {
    if (book.id === origin) continue;
    applyPair(draft, serving, { origin: book.id, epoch: book.current }, rendition);
  }
}

function applyPair(draft: Draft, serving: Member, other: Member, rendition: string): void {
  const { ledger } = draft;
  const pair = toPairProof(ledger, serving, other);
  if (pair.isDifferent) return;
  const a = seekListing(ledger, serving, rendition);
  const b = seekListing(ledger, other, rendition);
  if (a === null || b === null) return;
  const isDeclared = ledger.settings.replicas === "identical";
  const known = pair.renditions.get(rendition);
  const match = matchListings(a, b, { needsDates: !isDeclared, needsNames: known === undefined });
  if (match.kind === "unrelated") return;
  if (match.kind === "different") {
    setPair(draft, serving, other, { ...pair, isDifferent: true });
    const reason = isDeclared ? "declaration-contradicted" : "proved-different";
    const inputs = { by: match.by, serving: serving.origin, dateMs: match.dateMs };
    note(draft, reason, { origin: other.origin, rendition }, inputs);
    return void applyLoss(draft, serving, other);
  }
  const names = known === undefined ? toWorse(pair.names, match.names) : pair.names;
  const asked = toAskedProof(draft, serving, other, rendition, match, known, isDeclared);
  const apart = match.b.dsn - match.a.dsn;
  const dsnApart = isInOrder(serving, other) ? apart : -apart;
  const proof = asked.dsnApart === undefined ? { ...asked, dsnApart } : asked;
  if (proof === known && names === pair.names) return;
  const renditions = new Map(pair.renditions).set(rendition, proof);
  setPair(draft, serving, other, { ...pair, names, renditions });
  applyMembership(draft, serving, other);
}

function toWorse(a: NameRelation | null, b: NameRelation): NameRelation {
  if (a === "clashing" || b === "clashing") return "clashing";
  return a === "other" || b === "other" ? "other" : "equal";
}

function seekListing(ledger: Ledger, member: Member, rendition: string): Listing | null {
  const book = ledger.origins.get(member.origin);
  return book === undefined ? null : toListing(book, member.epoch, rendition);
}

function setPair(draft: Draft, a: Member, b: Member, proof: PairProof): void {
  const proofs = new Map(draft.ledger.proofs).set(toPairKey(a, b), proof);
  draft.ledger = { ...draft.ledger, proofs };
}

function toAskedProof(
  draft: Draft,
  a: Member,
  b: Member,
  rendition: string,
  match: Extract<Match, { kind: "match" }>,
  known: RenditionProof | undefined,
  isDeclared: boolean,
): RenditionProof {
  const { nowMs } = draft;
  const hasInit = match.a.state.map !== null || match.b.state.map !== null;
  if (isDeclared) return known ?? { segment: "none", init: "none", askedAtMs: nowMs };
  const again = ASK_AGAIN_TARGETS * toTargetMs(draft.ledger);
  const before: RenditionProof = known ?? {
    segment: "open",
    init: hasInit ? "open" : "none",
    askedAtMs: Number.MIN_SAFE_INTEGER,
  };
  const isOpen = [before.segment, before.init].some((one) => one === "open" || one === "asked");
  if (!isOpen || nowMs - before.askedAtMs < again) return before;
  const ask = (what: "segment" | "init", state: ProofState): ProofState => {
    if (state !== "open" && state !== "asked") return state;
    const [left, right] = [
      toSide(draft, a, rendition, match.a, what),
      toSide(draft, b, rendition, match.b, what),
    ];
    if (left === null || right === null) return state;
    const id = `${toPairKey(a, b)}|${what}|${rendition}`;
    emit(draft, { kind: "prove", id, rendition, what, sides: [left, right] });
    return "asked";
  };
  const next = {
    segment: ask("segment", before.segment),
    init: ask("init", before.init),
    askedAtMs: nowMs,
  };
  note(draft, "proof-asked", { origin: b.origin, rendition }, { serving: a.origin });
  return next;
}

function toSide(
  draft: Draft,
  member: Member,
  rendition: string,
  block: RawBlock,
  what: "segment" | "init",
): ProofSide | null {
  const listing = seekListing(draft.ledger, member, rendition);
  if (listing === null) return null;
  const { playlistUrl } = listing.place;
  const { origin } = member;
  if (what === "segment") {
    return { origin, playlistUrl, uri: block.uri, byteRange: block.byteRange };
  }
  const uri = block.state.map === null ? null : toTagUri(block.state.map);
  if (uri === null || block.state.map === null) return null;
  return { origin, playlistUrl, uri, byteRange: toMapRange(block.state.map) };
}

/** The platform's answer. */
export function applyProof(
  draft: Draft,
  id: string,
  verdict: "equal" | "different" | "unavailable",
): void {
  const [left, right, what, ...rest] = id.split("|");
  const a = toMember(left);
  const b = toMember(right);
  const rendition = rest.join("|");
  if (a === null || b === null) return;
  const pair = toPairProof(draft.ledger, a, b);
  const proof = pair.renditions.get(rendition);
  if (proof === undefined || pair.isDifferent || (what !== "segment" && what !== "init")) return;
  const serving = toVisit(draft.ledger);
  const other = serving?.origin === a.origin ? b : a;
  const about = { origin: other.origin, rendition };
  if (verdict === "different") {
    note(draft, "proved-different", about, { by: what });
    setPair(draft, a, b, { ...pair, isDifferent: true });
    return void applyLoss(draft, a, b);
  }
  if (verdict === "unavailable") note(draft, "proof-unavailable", about, { what });
  const state: ProofState = verdict === "equal" ? "equal" : "open";
  const renditions = new Map(pair.renditions).set(rendition, { ...proof, [what]: state });
  setPair(draft, a, b, { ...pair, renditions });
  applyMembership(draft, a, b);
}

function toMember(text: string | undefined): Member | null {
  const at = text?.lastIndexOf("#") ?? -1;
  if (text === undefined || at < 0) return null;
  return { origin: text.slice(0, at), epoch: Number(text.slice(at + 1)) };
}

/**
 * True if all that viewers are getting is known to be the same on both sides: every rendition that
 * the present visit feeds.
 */
export function isProved(ledger: Ledger, a: Member, b: Member): boolean {
  const pair = toPairProof(ledger, a, b);
  if (pair.isDifferent || pair.names === null) return false;
  for (const book of listFed(ledger)) {
    const proof = pair.renditions.get(book.path);
    if (proof === undefined && isVouchedFor(ledger, a, b, book.path)) continue;
    if (proof === undefined || !isDone(proof.segment) || !isDone(proof.init)) return false;
  }
  return true;
}

/** The operator's word holds for renditions that were not read on both sides yet. */
function isVouchedFor(ledger: Ledger, a: Member, b: Member, rendition: string): boolean {
  if (ledger.settings.replicas !== "identical") return false;
  return seekListing(ledger, a, rendition) === null || seekListing(ledger, b, rendition) === null;
}

function isDone(state: ProofState): boolean {
  return state === "equal" || state === "none";
}

/** How the bytes of an epoch stand to those that feed: the same, under the same label or not. */
export function decideKinship(ledger: Ledger, target: Member): "member" | "twin" | null {
  const visit = toVisit(ledger);
  const own = ledger.timelines.find(({ n }) => n === visit?.timeline);
  if (own === undefined) return null;
  const isKin = (timeline: Timeline) => {
    return timeline.members.some((member) => {
      const isSelf = member.origin === target.origin && member.epoch === target.epoch;
      return !isSelf && isProved(ledger, member, target);
    });
  };
  const family = listFamily(ledger, own);
  if (!family.some(isKin)) return null;
  return isMember(own, target.origin, target.epoch) ? "member" : "twin";
}

/** The timelines whose bytes are the same, under labels of their own. */
export function listFamily(ledger: Ledger, { n, twinOf }: Timeline): readonly Timeline[] {
  const root = twinOf ?? n;
  return ledger.timelines.filter((one) => one.n === root || one.twinOf === root);
}

/** A proved epoch becomes a member of the other's timeline, unless its names would clash. */
function applyMembership(draft: Draft, a: Member, b: Member): void {
  const { ledger } = draft;
  const { names } = toPairProof(ledger, a, b);
  if (!isProved(ledger, a, b)) return;
  for (const timeline of ledger.timelines) {
    const hasA = isMember(timeline, a.origin, a.epoch);
    const hasB = isMember(timeline, b.origin, b.epoch);
    if (hasA === hasB) continue;
    const other = hasA ? b : a;
    const inputs = { names, timeline: timeline.n };
    const isClash = timeline.members.some((member) => {
      return hasNameClash(ledger, member, other, toPairProof(ledger, member, other).names);
    });
    if (isClash) {
      note(draft, "names-clash", { origin: other.origin }, inputs);
      continue;
    }
    const isDeclared = ledger.settings.replicas === "identical";
    const reason = isDeclared ? "declared-identical" : "proved-identical";
    note(draft, reason, { origin: other.origin }, inputs);
    setMembers(draft, timeline.n, [...timeline.members, other]);
  }
}

/** An epoch that is no member after all. The one that feeds stays: it is what viewers have. */
function applyLoss(draft: Draft, a: Member, b: Member): void {
  const visit = toVisit(draft.ledger);
  const isServing = (one: Member) => one.origin === visit?.origin && one.epoch === visit.epoch;
  const gone = isServing(b) ? a : b;
  for (const timeline of draft.ledger.timelines) {
    const isBoth = isMember(timeline, a.origin, a.epoch) && isMember(timeline, b.origin, b.epoch);
    if (!isBoth) continue;
    const members = timeline.members.filter((one) => {
      return one.origin !== gone.origin || one.epoch !== gone.epoch;
    });
    setMembers(draft, timeline.n, members);
  }
}

function setMembers(draft: Draft, n: number, members: readonly Member[]): void {
  const timelines = draft.ledger.timelines.map((one) => (one.n === n ? { ...one, members } : one));
  draft.ledger = { ...draft.ledger, timelines };
}
