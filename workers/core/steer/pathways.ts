// In which order a session should try its pathways, and how soon it should ask again. A pathway is
// a delivery host (a zone of ours, or another CDN), never an origin: which origin feeds a channel
// is decided behind the edge, and a player that tried to take part would fight with it. For the
// steering endpoint; spec.md section 5.
//
// A session draws its order by weighted lots, so loads follow the weights and every answer to one
// session is the same. It keeps the pathway it is on while that is well, even if the lots have
// changed: a switch that is not needed is a stall that is not needed. A host that is down goes to
// the end and stays in the list, because a list of one entry takes a player's own way out (T6).

import { toUnit, toWordHash } from "../health/spread/hash.ts";
import { decideRendezvous } from "../health/spread/rendezvous.ts";
import type { Verdict } from "../health/verdict.ts";

export interface Pathway {
  /** Letters, digits, `.`, `_`, `-` (T2). */
  readonly id: string;
  readonly verdict: Verdict;
  readonly weight: number;
  /** Drained: finished sessions only, no new ones. */
  readonly isDrained: boolean;
}

export interface PathwayInput {
  /** In the order of the multivariant playlist. */
  readonly pathways: readonly Pathway[];
  readonly session: string;
  /** What the player says it is on; null: it does not. */
  readonly current: string | null;
  /** The pathway of the edge that answers: it is well, or nobody would be asking it. */
  readonly own: string | null;
}

const PART: Readonly<Record<Verdict, number>> = { green: 1, yellow: 0.25, unknown: 0.1, red: 0 };

/** Every pathway, best first. Empty only if there is none at all. */
export function decidePathways(input: PathwayInput): readonly string[] {
  const { pathways, session, current, own } = input;
  const weighted = pathways.map((pathway) => ({
    id: pathway.id,
    weight: pathway.isDrained ? 0 : pathway.weight * PART[toSeen(pathway, own)],
  }));
  const order = decideRendezvous(session, weighted);
  const held = pathways.find(({ id }) => id === current);
  if (held === undefined || !isKept(held, own)) return order;
  return [held.id, ...order.filter((id) => id !== held.id)];
}

/** What the edge's own health says about the edge's own host is doubtful: it answers. */
function toSeen({ id, verdict }: Pathway, own: string | null): Verdict {
  return id === own && verdict === "red" ? "yellow" : verdict;
}

function isKept(pathway: Pathway, own: string | null): boolean {
  return !pathway.isDrained && pathway.weight > 0 && toSeen(pathway, own) !== "red";
}

export const STEERING_TTL_CALM_SECONDS = 300;
export const STEERING_TTL_TROUBLED_SECONDS = 10;
/** Spread of the TTL, so that a crowd that came together does not ask together (T7). */
const TTL_SPREAD = 0.2;

/** Seconds until a session should ask again: short while anything is wrong. */
export function decideSteeringTtl(pathways: readonly Pathway[], session: string): number {
  const isCalm = pathways.every(
    ({ verdict, isDrained }) => !isDrained && (verdict === "green" || verdict === "unknown"),
  );
  const seconds = isCalm ? STEERING_TTL_CALM_SECONDS : STEERING_TTL_TROUBLED_SECONDS;
  // Only downwards: nobody waits longer than is said here.
  return Math.max(1, Math.floor(seconds * (1 - TTL_SPREAD * toUnit(toWordHash(session)))));
}
