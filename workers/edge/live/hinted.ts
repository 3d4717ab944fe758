// A part that the origin has announced and not made yet (bis-22 section 6.2.6): its request waits
// until the part is listed, and only then goes the media road, so that no byte leaves before all of
// them can go at full speed. Nobody's origin holds it meanwhile. A hint that is dropped (a cut, an
// origin that changed its mind) ends the wait at once.

import { toGiveUpAtMs } from "../../core/delivery/reload.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import type { Asset } from "../../core/resolve/asset.ts";
import { printAssetPath } from "../../core/route/asset-path.ts";
import { readClockMs } from "../../platform/clock.ts";
import type { Ports } from "../ports.ts";
import type { LiveHint } from "./live-hints.ts";
import { toReloadFacts, toReloadWait } from "./reload.ts";

/** Somebody may have to take over the call within this time, though nobody wakes them. */
const LOOK_MS = 1_000;

export interface HintedWish {
  readonly startedAtMs: number;
  /** The viewer's Range header. */
  readonly range: string | null;
}

/** `isGrowing`: more of the file will come, so nobody may keep what there is now. */
export type Hinted = { readonly kind: "go"; readonly isGrowing: boolean } | OriginProblem;

/** Waits for what is hinted at; everything else may go at once. */
export async function waitForHinted(asset: Asset, wish: HintedWish, ports: Ports): Promise<Hinted> {
  const { channel } = asset;
  const live = ports.isolate.live.find(channel.id);
  const path = printAssetPath(asset.assetPath);
  const key = asset.query === "" ? path : `${path}?${asset.query}`;
  const hint = live?.hints.find(key);
  if (live === null || hint === undefined) return GO;
  const { entry } = hint;
  const firstByte = Number(/^bytes=(\d+)-/.exec(wish.range ?? "")?.[1] ?? 0);
  for (let now = live.hints.find(key); now?.entry === entry; now = live.hints.find(key)) {
    // A range of a growing file: what comes before the hinted byte is there.
    if (now.firstByte !== null && firstByte < now.firstByte) return GROWING;
    const facts = toReloadFacts(entry);
    const playlist = entry.held?.playlist;
    if (facts === null || facts.ended || playlist === undefined) break;
    const nowMs = readClockMs();
    const leftMs = toGiveUpAtMs(toReloadWait(entry, wish.startedAtMs), facts) - nowMs;
    if (leftMs <= 0) return OVERDUE;
    live.open(playlist, ports.live(channel.id), nowMs);
    await entry.parking.wait(Math.min(LOOK_MS, leftMs), ports.signal);
    if (ports.signal.aborted) return OVERDUE;
  }
  return isListed(hint) ? GO : DROPPED;
}

const GO = { kind: "go", isGrowing: false } as const;
const GROWING = { kind: "go", isGrowing: true } as const;

/** Whether what was hinted is there now: the URI stands in a tag or on a line of its own. */
function isListed({ entry, uri }: LiveHint): boolean {
  const text = entry.held?.version?.text ?? "";
  return text.lastIndexOf(`"${uri}"`) >= 0 || text.lastIndexOf(`\n${uri}\n`) >= 0;
}

const DROPPED: OriginProblem = {
  kind: "problem",
  reason: "not-announced",
  detail: "The playlist has gone on without what it hinted at.",
  originId: null,
  isAbsence: false,
};

const OVERDUE: OriginProblem = {
  ...DROPPED,
  reason: "playlist-overdue",
  detail: "What the playlist hinted at is overdue by a target duration.",
};
