// Plays one history: polls the origins as sources and probers do, feeds a ledger, answers its
// questions about bytes, chooses origins as a health centre does, and hands every playlist that a
// viewer could get to a listener. All chance was spent in the plan, but for the order of polls.

import type { LedgerEffect } from "../../../workers/core/continuity/effect.ts";
import type { ChooseCause, LedgerEvent } from "../../../workers/core/continuity/event.ts";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist, MultivariantPlaylist } from "../../../workers/core/hls/playlist.ts";
import { Chance } from "./chance.ts";
import type { Rendition } from "./encoder.ts";
import { toPlaceOf, toVeiled } from "./fetched.ts";
import type { LedgerUnderTest } from "./ledger-under-test.ts";
import { Mishaps } from "./mishaps.ts";
import { OfferBook } from "./offers.ts";
import type { Origin } from "./origin.ts";
import { programmeStartMs } from "./packager.ts";
import type { World } from "./plan.ts";
import { ByteOracle, toRunOf } from "./proof.ts";
import type { Forecast, Offer } from "./sighting.ts";
import { toPlace } from "./truth.ts";

export interface Shown {
  readonly step: number;
  /** Since the programme began. */
  readonly nowMs: number;
  readonly rendition: Rendition;
  readonly path: string;
  readonly text: string;
  /** What every origin last told, by encoder and rendition. */
  readonly offers: ReadonlyMap<string, Offer>;
}

/** Where the channel stands at the end of a step. */
export interface Standing {
  readonly step: number;
  readonly nowMs: number;
  readonly wanted: string;
  readonly outcome: "done" | "waiting" | "refused";
  /** False while the wanted origin is dead. */
  readonly answers: boolean;
  readonly offers: ReadonlyMap<string, Offer>;
}

/** A choice and what became of it at once. */
export interface Choice {
  readonly step: number;
  readonly forecast: Forecast | null;
  readonly outcome: Standing["outcome"];
  readonly reason: string;
}

export interface Listener {
  shownMultivariant(text: string): void;
  /** `isCut`: the choice before this one was carried out by a cut. */
  choosing(forecast: Forecast | null, isCut: boolean): void;
  chose(choice: Choice): void;
  /** Somebody would have been given other bytes. */
  misled(what: string): void;
  shown(shown: Shown): void;
  stepEnded(standing: Standing): void;
}

interface Watch {
  readonly origin: Origin;
  greeted: boolean;
  /** What each of its playlists said last. */
  readonly last: Map<string, { readonly text: string; readonly playlist: MediaPlaylist }>;
  /** When its first rendition last said something new. */
  advancedMs: number;
  answers: boolean;
  /** The encoder's run that it told last. */
  run: number;
}

/** Looking for rescuers reads whole listings; it is asked about some segments only. */
const rescueEvery = 40;

/** Why a choice that is done is a cut. */
const cutReasons: ReadonlySet<string> = new Set(["other-bytes", "lagging-standby"]);

export class Drive {
  readonly #world: World;
  readonly #ledger: LedgerUnderTest;
  readonly #listener: Listener;
  readonly #chance: Chance;
  readonly #veiled: boolean;
  readonly #watches: readonly Watch[];
  readonly #offers = new OfferBook();
  readonly #oracle = new ByteOracle();
  readonly #mishaps: Mishaps;
  readonly #asked: { readonly step: number; readonly event: LedgerEvent }[] = [];
  readonly #renditionByPath: ReadonlyMap<string, Rendition>;
  #wanted: Watch;
  #outcome: Standing["outcome"] = "done";
  #reason = "";
  #published = 0;
  #chosenMs = Number.NEGATIVE_INFINITY;
  #step = 0;
  #nowMs = 0;

  /** With `veiled` the ledger gets playlists without the titles that tell the judges the truth. */
  constructor(world: World, ledger: LedgerUnderTest, listener: Listener, veiled = false) {
    this.#world = world;
    this.#veiled = veiled;
    this.#ledger = ledger;
    this.#listener = listener;
    this.#mishaps = new Mishaps(world);
    this.#chance = new Chance(world.seed ^ 0x2545f491);
    this.#watches = world.origins.map((origin) => ({
      origin,
      greeted: false,
      last: new Map(),
      advancedMs: Number.NEGATIVE_INFINITY,
      answers: false,
      run: -1,
    }));
    this.#wanted = this.#watches[0] as Watch;
    this.#renditionByPath = new Map(
      world.origins.flatMap(({ plan }) =>
        plan.renditions.map((rendition) => [plan.nodes[0]?.path(rendition) ?? "", rendition]),
      ),
    );
  }

  run(): void {
    const { steps, stepMs, restarts, whims } = this.#world;
    for (this.#step = 0; this.#step < steps; this.#step += 1) {
      this.#nowMs = this.#step * stepMs;
      this.#answerProofs();
      if (restarts.has(this.#step)) this.#ledger.restart();
      if (this.#offers.byRun.size === 0 && !this.#begin()) continue;
      this.#pollOthers();
      this.#poll(this.#wanted);
      this.#apply({ kind: "tick" });
      const whim = whims.get(this.#step);
      if (whim !== undefined) this.#choose(this.#watches[whim] as Watch, "operator");
      this.#heal();
      this.#listener.stepEnded({
        step: this.#step,
        nowMs: this.#nowMs,
        wanted: this.#wanted.origin.plan.id,
        outcome: this.#outcome,
        answers: this.#wanted.answers,
        offers: this.#offers.byRun,
      });
    }
  }

  /** The first origin that answers begins the channel. */
  #begin(): boolean {
    const first = this.#watches.find((watch) => {
      this.#poll(watch);
      return this.#offers.byRun.size > 0;
    });
    this.#wanted = first ?? this.#wanted;
    this.#offers.prefer(this.#wanted.origin.plan.id);
    return first !== undefined;
  }

  #pollOthers(): void {
    for (const watch of this.#watches) {
      if (watch === this.#wanted) continue;
      if (watch.greeted && !this.#chance.percent(this.#world.probePercent)) continue;
      this.#poll(watch);
    }
  }

  /** Waits two target durations for an origin that says nothing new, one poll for a dead one. */
  #heal(): void {
    const { longestMs, stepMs } = this.#world;
    const patienceMs = 2 * longestMs + 2 * stepMs;
    const isWell = (watch: Watch) =>
      watch.answers && this.#nowMs - watch.advancedMs <= patienceMs && watch.greeted;
    if (isWell(this.#wanted) && this.#outcome !== "refused") return;
    // A choice gets the time that it may need before the next one is made.
    if (this.#outcome === "waiting" && this.#nowMs - this.#chosenMs < 4 * longestMs) return;
    const others = this.#watches.filter((watch) => watch !== this.#wanted && isWell(watch));
    if (others.length > 0) this.#choose(this.#chance.pick(others), "failure");
  }

  #choose(watch: Watch, cause: ChooseCause): void {
    this.#wanted = watch;
    this.#offers.prefer(watch.origin.plan.id);
    this.#chosenMs = this.#nowMs;
    const isCut = this.#outcome === "done" && cutReasons.has(this.#reason);
    this.#outcome = "waiting";
    this.#reason = "";
    const { id } = watch.origin.plan;
    const said = this.#ledger.forecast(id, programmeStartMs + this.#nowMs);
    const forecast = said === null ? null : { ...said, run: watch.run };
    this.#listener.choosing(forecast, isCut);
    this.#apply({ kind: "choose", origin: id, cause });
    const [outcome, reason] = [this.#outcome, this.#reason];
    this.#listener.chose({ step: this.#step, forecast, outcome, reason });
  }

  #poll(watch: Watch): void {
    const { origin } = watch;
    const { id, renditions } = origin.plan;
    const answer = origin.answer(this.#nowMs);
    watch.answers = answer !== null;
    if (answer === null) return;
    const { packager, tellsMs } = answer;
    if (!watch.greeted) {
      watch.greeted = true;
      const playlist = parsePlaylist(origin.multivariant()) as MultivariantPlaylist;
      const place = toPlaceOf(id, "master.m3u8");
      this.#apply({ kind: "multivariant", origin: id, path: "master.m3u8", playlist, place });
    }
    const { latePercent, skippedPercent } = this.#world;
    for (const rendition of renditions) {
      // What was never read is asked for until it comes: of a rendition that is read for the first
      // time when its encoder has started over, and has no dates, nobody can tell.
      const isSkipped = this.#chance.percent(skippedPercent);
      if (isSkipped && watch.last.has(packager.path(rendition))) continue;
      // A cache on the way to the origin may still hold what it said a segment ago.
      const ageMs = this.#chance.percent(latePercent) ? this.#world.longestMs : 0;
      const text = packager.playlist(rendition, tellsMs - ageMs, renditions);
      if (text === null) continue;
      const path = packager.path(rendition);
      const before = watch.last.get(path);
      if (before?.text !== text) {
        if (rendition === renditions[0]) watch.advancedMs = this.#nowMs;
        this.#oracle.note(id, path, text);
      }
      const told = this.#veiled ? toVeiled(text) : text;
      const isSame = before?.text === text;
      const playlist = isSame ? before.playlist : (parsePlaylist(told) as MediaPlaylist);
      if (!isSame) watch.last.set(path, { text, playlist });
      const run = packager.runAt(tellsMs - ageMs);
      // A list without segments tells of no run.
      if (playlist.segmentCount > 0) watch.run = origin.isTwofold ? -1 : run.encoder.plan.id;
      this.#offers.note(id, run, rendition, playlist);
      this.#apply({ kind: "playlist", origin: id, path, playlist, place: toPlaceOf(id, path) });
    }
    for (const event of this.#mishaps.after(origin, packager, tellsMs)) this.#apply(event);
  }

  /** Would the origins that are named as rescuers of the newest segment give its bytes? */
  #rescue(rendition: string, text: string): void {
    const [, title, uri] = /,(e\d+s\d+)\n(?:#[^\n]*\n)*([^#\n]+)\n(?:#[^\n]*\n)*$/.exec(text) ?? [];
    if (title === undefined || uri === undefined) return;
    const { timeline, path } = toPlace(uri, rendition.slice(0, rendition.lastIndexOf("/")));
    for (const { origin, path: name } of this.#ledger.rescue(timeline, path)) {
      const watch = this.#watches.find((each) => each.origin.plan.id === origin);
      const found = this.#oracle.identify(origin, name);
      if (found === null || watch?.origin.isTwofold !== false) continue;
      if (found === title || found === toRunOf(title)) continue;
      const what = `${title} of timeline ${timeline} would be rescued by ${origin}'s ${name}`;
      this.#listener.misled(`${what}, which is ${found}`);
    }
  }

  #answerProofs(): void {
    while (this.#asked.length > 0 && (this.#asked[0]?.step ?? 0) <= this.#step) {
      this.#apply(this.#asked.shift()?.event as LedgerEvent);
    }
  }

  #apply(event: LedgerEvent): void {
    const effects = this.#ledger.apply(event, programmeStartMs + this.#nowMs);
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: LedgerEffect): void {
    switch (effect.kind) {
      case "publish": {
        const text = this.#ledger.print(effect.rendition);
        const rendition = this.#renditionByPath.get(effect.rendition);
        if (text === null || rendition === undefined) {
          throw new Error(`Published ${effect.rendition}, which nobody can print.`);
        }
        const [step, nowMs, offers] = [this.#step, this.#nowMs, this.#offers.byRun];
        this.#listener.shown({ step, nowMs, rendition, path: effect.rendition, text, offers });
        this.#published += 1;
        if (this.#published % rescueEvery === 0) this.#rescue(effect.rendition, text);
        return;
      }
      case "prove": {
        const isBusy = this.#chance.percent(10);
        const verdict = isBusy ? "unavailable" : this.#oracle.compare(effect.what, effect.sides);
        const step = this.#step + this.#world.proofSteps;
        this.#asked.push({ step, event: { kind: "proof", id: effect.id, verdict } });
        return;
      }
      case "publish-multivariant":
        this.#listener.shownMultivariant(this.#ledger.printMultivariant() ?? "");
        return;
      case "choice":
        if (effect.origin !== this.#wanted.origin.plan.id) return;
        this.#outcome = effect.outcome;
        this.#reason = effect.reason;
        return;
      default:
        return;
    }
  }
}
