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

/** Waits for a hinted file; null: go on, else why there is nothing to send. */
export async function waitForHinted(
  asset: Asset,
  startedAtMs: number,
  ports: Ports,
): Promise<OriginProblem | null> {
  const { channel } = asset;
  const live = ports.isolate.live.find(channel.id);
  const path = printAssetPath(asset.assetPath);
  const key = asset.query === "" ? path : `${path}?${asset.query}`;
  const hint = live?.hints.find(key);
  if (live === null || hint === undefined) return null;
  const { entry } = hint;
  while (live.hints.find(key)?.entry === entry) {
    const facts = toReloadFacts(entry);
    const playlist = entry.held?.playlist;
    if (facts === null || facts.ended || playlist === undefined) break;
    const nowMs = readClockMs();
    const leftMs = toGiveUpAtMs(toReloadWait(entry, startedAtMs), facts) - nowMs;
    if (leftMs <= 0) return OVERDUE;
    live.open(playlist, ports.live(channel.id), nowMs);
    await entry.parking.wait(Math.min(LOOK_MS, leftMs), ports.signal);
    if (ports.signal.aborted) return OVERDUE;
  }
  return isListed(hint) ? null : DROPPED;
}

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
