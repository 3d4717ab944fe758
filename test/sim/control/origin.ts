// A live origin and its library, as far as health and choice can see them: a playlist that grows,
// files that are there, and the ways in which it fails.
//
// Gaps against the real thing: one rendition, no parts, no blocking reloads; segments have names
// and no bytes; its speed depends on nothing but its faults; both origins' encoders agree about the
// time. What playlists of two origins become when they are joined is the other simulator's matter
// (test/sim/ledger).

import type { VirtualClock } from "./clock.ts";
import type { Network, Place } from "./network.ts";
import type { OriginFault, Plan, Trouble } from "./plan.ts";

export type OriginReply =
  | { readonly kind: "playlist"; readonly text: string }
  | { readonly kind: "file" }
  | { readonly kind: "failed"; readonly failure: "refused" | "status-5xx" };

const WINDOW = 6;
const WORK_MS = 8;
/** A brown-out: everything takes that much longer, and is served; nothing longer than this. */
const SLOW_FACTOR = 6;
const SLOW_MS_MAX = 900;
const EPOCH_MS = 1_800_000_000_000;

export class SimOrigin {
  readonly place: Place;
  readonly #clock: VirtualClock;
  readonly #network: Network;
  readonly #plan: Plan;
  readonly #number: number;
  readonly #lagMs: number;
  readonly #texts = new Map<number, string>();
  /** When edges and sources asked here during a fault; for the judge. */
  readonly askedAtMs: number[] = [];

  constructor(plan: Plan, k: number, clock: VirtualClock, network: Network) {
    const own = plan.origins[k];
    if (own === undefined) throw new Error("There is no such origin.");
    this.place = { name: own.id, region: own.region };
    this.#lagMs = own.lagMs;
    this.#number = k;
    this.#clock = clock;
    this.#network = network;
    this.#plan = plan;
  }

  get id(): string {
    return this.place.name;
  }

  /** Asks for the playlist or a file; no answer at all if it hangs or the wire is cut. */
  ask(from: Place, what: "playlist" | "file", done: (reply: OriginReply) => void): void {
    this.#network.post(
      from,
      this.place,
      () => {
        const fault = this.faultAt(this.#clock.nowMs);
        const isProbe = from.name.startsWith("prober");
        if (fault !== null && !isProbe) this.askedAtMs.push(this.#clock.nowMs);
        if (fault === "hang") return;
        const workMs = fault === "slow" ? this.#toSlowMs(from) : WORK_MS;
        this.#clock.after(workMs, () => {
          const reply = this.#toReply(what);
          this.#network.post(this.place, from, () => done(reply), true);
        });
      },
      true,
    );
  }

  /** What is wrong with it at a moment. */
  faultAt(atMs: number): OriginFault | null {
    return this.#find(atMs)?.fault ?? null;
  }

  #find(atMs: number): (Trouble & { readonly kind: "origin" }) | null {
    for (const trouble of this.#plan.troubles) {
      if (trouble.kind !== "origin" || trouble.origin !== this.id) continue;
      if (atMs >= trouble.fromMs && atMs < trouble.toMs) return trouble;
    }
    return null;
  }

  /** Slower by a factor of the whole way, as far as the origin itself can make it so. */
  #toSlowMs(from: Place): number {
    const wayMs = this.#network.toRoundTripMs(from, this.place);
    const workMs = Math.max(300, (SLOW_FACTOR - 1) * (wayMs + WORK_MS));
    return Math.min(SLOW_MS_MAX - wayMs, workMs);
  }

  #toReply(what: "playlist" | "file"): OriginReply {
    const fault = this.faultAt(this.#clock.nowMs);
    if (fault === "refused") return { kind: "failed", failure: "refused" };
    if (fault === "server-errors") return { kind: "failed", failure: "status-5xx" };
    return what === "file" ? { kind: "file" } : { kind: "playlist", text: this.#print() };
  }

  #print(): string {
    const trouble = this.#find(this.#clock.nowMs);
    const atMs = trouble?.fault === "freeze" ? trouble.fromMs : this.#clock.nowMs;
    const last = this.lastAt(atMs);
    const known = this.#texts.get(last);
    if (known !== undefined) return known;
    const text = this.#toText(last);
    this.#texts.set(last, text);
    return text;
  }

  /** The newest segment that is published at a moment; the same numbers mean the same media. */
  lastAt(atMs: number): number {
    // Publications wander by a tenth of a segment, as real ones do.
    const { targetMs } = this.#plan;
    const guess = Math.floor((atMs - this.#lagMs) / targetMs);
    return this.#toPublishedMs(guess) <= atMs ? guess : guess - 1;
  }

  /** When the newest segment of a moment was published. */
  publishedBefore(atMs: number): number {
    return this.#toPublishedMs(this.lastAt(atMs));
  }

  #toPublishedMs(n: number): number {
    const wander = ((((n * 7919 + this.#plan.seed) % 97) + 97) % 97) / 97;
    return n * this.#plan.targetMs + this.#lagMs + wander * this.#plan.targetMs * 0.1;
  }

  #toText(last: number): string {
    const { targetMs, replicas } = this.#plan;
    const isOwn = replicas === "independent";
    const shift = 1_000 + (isOwn ? this.#number * 500 : 0);
    const seconds = targetMs / 1_000;
    const lines = [
      "#EXTM3U",
      "#EXT-X-VERSION:6",
      `#EXT-X-TARGETDURATION:${seconds}`,
      `#EXT-X-MEDIA-SEQUENCE:${shift + last - WINDOW + 1}`,
      `#EXT-X-MAP:URI="${isOwn ? this.id : "init"}.mp4"`,
    ];
    for (let n = last - WINDOW + 1; n <= last; n += 1) {
      const dateMs = EPOCH_MS + (n - 1) * targetMs;
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(dateMs).toISOString()}`);
      lines.push(`#EXTINF:${seconds.toFixed(3)},`);
      lines.push(`${isOwn ? this.id : "s"}${shift + n}.m4s`);
    }
    return `${lines.join("\n")}\n`;
  }
}
