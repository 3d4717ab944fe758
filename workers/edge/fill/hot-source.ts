// A fill's bytes from the hot tier, or from the key's filler, which reads the origins for
// everybody. Neither is needed: if the tier has nothing the filler is asked; if the filler is
// silent for longer than a living one may be, the origins are asked from here, which costs them one
// more read and the viewer half a second.

import type { CacheKey } from "../../core/cache/key.ts";
import type { FillOrder } from "../../core/contract/filling.ts";
import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import type { FillerApi } from "../../core/contract/objects.ts";
import type { ProblemReason } from "../../core/http/problem.ts";
import type { FillCause } from "../../core/origin/bulkhead.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import type { Asset } from "../../core/resolve/asset.ts";
import { toKeyHash } from "../../core/ttl/jitter.ts";
import { readClockMs, within } from "../../platform/clock.ts";
import type { HotTier } from "../../platform/hot-tier.ts";
import type { Log } from "../../platform/log.ts";
import { LOCATION_HINTS, type LocationHint, type Objects } from "../../platform/objects.ts";
import type { OriginBody } from "../../platform/origin-fetch.ts";
import type { Situation } from "../ports.ts";
import type { FillHead } from "./fill-head.ts";
import type { FillPlace, FillSource, OpenedBody } from "./fill-source.ts";
import { openStored } from "./stored-body.ts";

export type FileFiller = FillerApi<Asset, FillHead, OriginBody>;

export interface HotRoad {
  readonly hotTier: HotTier;
  readonly fillers: Objects<FileFiller>;
  readonly region: string;
  readonly cause: FillCause;
  /** The origins, for when nobody else answers. */
  readonly makeFallback: () => FillSource;
  readonly log: Log;
}

/** Fillers of one channel. */
const FILLERS = 16;
/**
 * A living filler answers within 150 ms and the way there and back. The wait is counted in short
 * turns: an isolate that stood still must not take everybody else for dead.
 */
const TURN_MS = 100;
const TURNS_MAX = 4;
/** Calls that may break before the origins are asked: a filler that was reset comes back. */
const BROKEN_CALLS_MAX = 2;
/** Longest time that a living filler is given for its origins. */
const WAIT_MS_MAX = 25_000;
/** Silence within a body from a filler before it is asked again. */
const STALL_MS = 400;

/** A source for one fill of a channel with the hot tier. */
export function makeHotSource(situation: Situation, key: CacheKey, road: HotRoad): FillSource {
  let fallback: FillSource | null = null;
  let isTierAsked = false;
  return {
    async open(place) {
      if (fallback !== null) return fallback.open(place);
      if (!isTierAsked) {
        isTierAsked = true;
        const stored = await openStored(key, place, road.hotTier);
        if (stored !== null) return stored;
      }
      const filled = await askFiller(situation, key, place, road);
      if (filled !== null) return filled;
      fallback = road.makeFallback();
      return fallback.open(place);
    },
    broke(failure, detail) {
      fallback?.broke(failure, detail);
    },
  };
}

async function askFiller(
  situation: Situation,
  key: CacheKey,
  place: FillPlace,
  road: HotRoad,
): Promise<OpenedBody | OriginProblem | null> {
  const order = toFillOrder(situation, key, road);
  const untilMs = readClockMs() + WAIT_MS_MAX;
  for (let broken = 0; broken < BROKEN_CALLS_MAX && readClockMs() < untilMs; ) {
    // A stub whose object was reset stays broken: a new one for every call.
    const filler = toFiller(situation, key, road);
    const answer = await awaitAnswer(filler.fill(order, place.position));
    if (answer === "silent") {
      // The origins are read beside it: rare, or somebody should know.
      const { channel, path } = situation.asset;
      road.log.warn("filler silent", { channel: channel.id, path });
      return null;
    }
    if (answer === "broken") broken += 1;
    else if (answer.kind === "private") return null;
    else if (answer.kind === "problem") return toProblem(answer);
    else if (answer.kind === "file") {
      if (isSameFile(place.head, answer.head))
        return toOpened(place.head ?? answer.head, answer.body);
      await answer.body?.cancel();
      return null;
    }
  }
  return null;
}

/** What a filler must know to fetch a file. */
export function toFillOrder(
  { asset, choice, index }: Situation,
  key: CacheKey,
  { region, cause }: Pick<HotRoad, "region" | "cause">,
): FillOrder<Asset> {
  const origins = [...index.origins.values()];
  const named = asset.channel.origins.flatMap(({ id, segments }) => [id, segments?.id]);
  return {
    contract: CONTRACT_VERSION,
    key,
    region,
    cause,
    asset,
    choice,
    origins: origins.filter(({ id }) => named.includes(id)),
  };
}

/** The filler of a key. Stands near the origin if the catalog says where that is. */
export function toFiller(
  { asset, index }: Situation,
  key: CacheKey,
  road: Pick<HotRoad, "fillers">,
): FileFiller {
  const origin = index.origins.get(asset.channel.origins[0]?.id ?? "");
  const hint = LOCATION_HINTS.find((place): place is LocationHint => place === origin?.region);
  const name = `${asset.channel.id}/${toKeyHash(key) % FILLERS}`;
  return road.fillers.getByName(name, hint === undefined ? {} : { locationHint: hint });
}

type Answer = Awaited<ReturnType<FileFiller["fill"]>>;

async function awaitAnswer(call: Promise<Answer>): Promise<Answer | "silent" | "broken"> {
  const answer = call.catch(() => "broken" as const);
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const first = await within(answer, TURN_MS);
    if (first !== "late") return first;
  }
  // Whatever still comes must not stay open.
  answer
    .then(async (late) => {
      if (late !== "broken" && late.kind === "file") await late.body?.cancel();
    })
    .catch(() => undefined);
  return "silent";
}

function toProblem({ reason, detail, originId, isAbsence }: OriginProblem | ProblemAnswer) {
  const known = reason as ProblemReason;
  return { kind: "problem", reason: known, detail, originId, isAbsence } satisfies OriginProblem;
}

type ProblemAnswer = Extract<Answer, { kind: "problem" }>;

/** A filler that began anew may have read other bytes than those passed on. */
function isSameFile(passed: FillHead | null, answered: FillHead): boolean {
  if (passed === null) return true;
  const [a, b] = [passed.meta, answered.meta];
  if (a.lengthBytes !== b.lengthBytes) return false;
  const isSameTag = a.etag !== null && a.etag === b.etag;
  const isSameMd5 = passed.md5 !== null && passed.md5 === answered.md5;
  return isSameTag || isSameMd5;
}

function toOpened(head: FillHead, body: OriginBody): OpenedBody {
  return { kind: "opened", head, body, skipBytes: 0, stallMs: STALL_MS, holdMs: 0 };
}
