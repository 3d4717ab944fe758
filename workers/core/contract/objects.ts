// The calls that one worker makes to another worker's objects. The object implements the
// interface, the caller binds the object by script name and sees nothing else of it.

import type { Catalog } from "../config/catalog.ts";
import type {
  ActionAnswer,
  EventAction,
  EventLine,
  EventPlan,
  EventProgress,
  PreloadRequest,
} from "./events.ts";
import type { Explanation } from "./explain.ts";
import type { FillAnswer, FillOrder } from "./filling.ts";
import type { HotHit, LifetimeBook } from "./hot.ts";
import type { LibraryAnswer, LibraryAsk } from "./library.ts";
import type {
  AssemblyPart,
  NextAnswer,
  NextAsk,
  Offer,
  OfferAnswer,
  ProofTask,
  ProofVerdict,
  RescuePlace,
  SourceOrder,
  SourceTarget,
  WatchAnswer,
} from "./live.ts";
import type { NameAnswer, NameAsk, NameList } from "./names.ts";
import type { PathwayBook } from "./pathways.ts";
import type { GateReading, Policy } from "./policy.ts";
import type { SignedReceipt } from "./receipts.ts";
import type { ChannelJoins, CollectAsk, RegionNews } from "./report.ts";
import type { TallyBatch, TallyRow } from "./tally.ts";
import type { BatchReport, WarmBatch, WarmReport, WarmTarget, WarmWork } from "./warming.ts";

/** Edge: one per region; holds the policy for every isolate there. */
export interface RegionGateApi {
  /**
   * Takes a policy unless it holds a newer one; the version that it holds then. The catalog is the
   * one that the policy names.
   */
  publish(policy: Policy, catalog: Catalog): Promise<number | null>;
  /** Control still means the policy of this version; the version that the gate holds. */
  confirm(version: number): Promise<number | null>;
  /** Takes a ledger's word on a channel; the newest is handed on with the next `collect`. */
  tell(joins: ChannelJoins): Promise<void>;
  /** What was counted since the last such call: at once if it is urgent, else after the wait. */
  collect(ask: CollectAsk): Promise<RegionNews>;
  /** The policy, or null if none was ever published here. */
  read(haveCatalogVersion: number): Promise<GateReading | null>;
  /** Takes what is known of the delivery hosts, unless it holds something newer. */
  steer(book: PathwayBook): Promise<void>;
  /** Adds what an isolate or an object of the data plane has counted. */
  count(batch: TallyBatch): Promise<void>;
  /** Everything counted in the region since the gate began; never goes back but to nothing. */
  tally(): Promise<readonly TallyRow[]>;
  /** Files that viewers asked for since the last such call, and forgets them. */
  takeHits(): Promise<readonly HotHit[]>;
  /** Takes how long files are kept, unless it holds something newer. */
  lengthen(book: LifetimeBook): Promise<void>;
}

/** A playlist as viewers of a region get it. */
export interface SeenPlaylist {
  readonly status: number;
  readonly text: string;
}

/** Edge: one per region; fetches the edge's own delivery path there and reads back. */
export interface WarmAgentApi {
  /** Reads a playlist for the planner; `path` is a viewer path below the channel. */
  readPlaylist(target: WarmTarget): Promise<SeenPlaylist>;
  /** Fetches and reads back, or only reads, and tells what it saw. */
  work(work: WarmWork): Promise<WarmReport>;
  /** How a viewer's request for a path with its query goes in the region. */
  explain(target: string): Promise<Explanation>;
}

/** Edge: one per channel and generation, `{channel}#g{n}`; the one writer of its playlists. */
export interface ChannelCoordinatorApi {
  /** Waits for anything newer than what the relay has. */
  next(ask: NextAsk): Promise<NextAnswer>;
  /** Takes what a source saw. */
  offer(offer: Offer): Promise<OfferAnswer>;
  /** Origins and names that hold the bytes of a canonical path of a timeline. */
  rescue(timeline: number, path: string): Promise<readonly RescuePlace[]>;
  /**
   * The parts of a segment that is put together from them, in order; null: there is no such. `path`
   * is the segment's below the channel, label included.
   */
  assembly(path: string): Promise<readonly AssemblyPart[] | null>;
  /** Whether a version announced a name that is still available; wakes a channel that rests. */
  named(ask: NameAsk): Promise<NameAnswer>;
  /** Takes the names of a playlist that is not the ledger's. */
  announce(list: NameList): Promise<void>;
  /** Begins with a relay's snapshot unless it has a state of its own already. */
  seed(region: string, snapshot: string): Promise<void>;
}

/** Edge: one per channel, region and shard, `{channel}@{region}/{shard}`. */
export interface ChannelRelayApi {
  next(ask: NextAsk): Promise<NextAnswer>;
  rescue(channel: string, timeline: number, path: string): Promise<readonly RescuePlace[]>;
  assembly(channel: string, path: string): Promise<readonly AssemblyPart[] | null>;
  named(ask: NameAsk): Promise<NameAnswer>;
  announce(list: NameList): Promise<void>;
}

/** Edge: one per watched playlist, `{channel}/{playlist}`. */
export interface PlaylistSourceApi {
  /** Takes an order, and returns when the watch ends or after a while; the caller calls again. */
  watch(order: SourceOrder): Promise<WatchAnswer>;
  /** Reads the playlist once, outside its rhythm; null if that fails. */
  read(target: SourceTarget): Promise<string | null>;
  /** Compares the bytes of two files. */
  prove(task: ProofTask): Promise<ProofVerdict>;
}

/** Edge: one per library, named after its channel. */
export interface LibraryGuardApi {
  /** Whether a storage holds a name that its listing does not. */
  look(ask: LibraryAsk): Promise<LibraryAnswer>;
}

/** Preload: one per library, named after its channel. */
export interface LibraryListerApi {
  /** Lists the channel's storages now, and from now on again and again. */
  start(): Promise<void>;
}

/** Edge: sixteen per channel with the hot tier, `{channel}/{hash of the key}`. */
export interface FillerApi<Asset, Head, Body> {
  /** Opens a file from a position on. Answers within a quarter of a second, if only "waiting". */
  fill(order: FillOrder<Asset>, position: number): Promise<FillAnswer<Head, Body>>;
}

/** Preload: one per event. */
export interface PreloadEventApi {
  /** Accepts an event and starts it. Accepting the same id again changes nothing. */
  accept(id: string, request: PreloadRequest): Promise<EventProgress>;
  /** Null if no such event was ever accepted, here and below. */
  progress(): Promise<EventProgress | null>;
  /** What it would do; null also while that is being found out. */
  plan(): Promise<EventPlan | null>;
  act(action: EventAction): Promise<ActionAnswer | null>;
  /** What can be proven now, signed. */
  receipt(): Promise<SignedReceipt | null>;
  /** Forgets the event. Whether there was one. */
  remove(): Promise<boolean>;
  /**
   * Takes what came of one batch; a report that comes twice counts once. Answers the next batch of
   * the same place, if it is wanted and there is one; the others go by the queue.
   */
  report(report: BatchReport): Promise<WarmBatch | null>;
}

/** Preload: one object, "all". */
export interface EventListApi {
  /** Newest first; at most `limit` that were accepted before the one named. */
  list(ask: { beforeId: string | null; limit: number }): Promise<readonly EventLine[]>;
  /** Takes the newest about an event; null takes it off. */
  note(id: string, line: EventLine | null): Promise<void>;
  /** Public keys of receipts, as a JWK set (RFC 7517). */
  keys(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>;
}

/** Preload: one per origin; keeps the pace of all events at it. */
export interface OriginPaceApi {
  /** When the first of `count` requests may go, and how far apart they must be. */
  reserve(ask: PaceAsk): Promise<PaceGrant>;
}

export interface PaceAsk {
  readonly count: number;
  readonly requestsPerSecond: number;
}

export interface PaceGrant {
  readonly delayMs: number;
  readonly spacingMs: number;
}
