// Players of a live channel that also take the media: each follows one rendition's playlist as
// hls.js does and asks for every segment as soon as its playlist announces it, over a second
// connection. What is noted of a segment tells whether it was there when it was announced.

import { makeChance } from "../chance.ts";
import { readSteadyMs, sleepMs } from "../live/clock.ts";
import { makeSchedule, type Schedule } from "../live/schedule.ts";
import { parseName } from "../live/station.ts";
import { readAnswerText, Wire, type WireResult } from "../players/wire.ts";
import { type BodyResult, BodyWire } from "./body-wire.ts";
import { toSegmentBody, toSegmentName } from "./segment-bytes.ts";
import type { LiveView, LiveViewersOptions } from "./viewers.ts";

const TIMEOUT_MS = 20_000;
const PLAYLIST_HEADERS = "accept-encoding: gzip\r\nuser-agent: player\r\n";
const MEDIA_HEADERS = "user-agent: player\r\n";
/** Pause after an answer that is no playlist. */
const FAILURE_MS = 500;

export async function playLive(options: LiveViewersOptions): Promise<readonly LiveView[]> {
  const { urls, renditionBytes, count, lastsMs } = options;
  const schedule = makeSchedule(options.schedule);
  const chance = makeChance(count);
  const renditions = Object.keys(renditionBytes);
  const views: LiveView[] = [];
  const untilMs = readSteadyMs() + lastsMs;
  const runOne = async (at: number) => {
    const url = urls[at % urls.length] ?? "";
    const rendition = renditions[Math.floor(at / urls.length) % renditions.length] ?? "";
    const player = new LivePlayer(url, rendition, options, schedule, (view) => views.push(view));
    await sleepMs(chance() * 2 * options.schedule.segmentMs);
    await player.play(untilMs);
  };
  await Promise.all(Array.from({ length: count }, (_, at) => runOne(at)));
  return views;
}

class LivePlayer {
  readonly #playlists: Wire;
  readonly #media: BodyWire;
  readonly #rendition: string;
  readonly #options: LiveViewersOptions;
  readonly #schedule: Schedule;
  readonly #note: (view: LiveView) => void;
  #lastIndex: number | null = null;
  /** Segments are taken one after the other, while the playlist is reloaded. */
  #taking: Promise<void> = Promise.resolve();

  constructor(
    url: string,
    rendition: string,
    options: LiveViewersOptions,
    schedule: Schedule,
    note: (view: LiveView) => void,
  ) {
    this.#playlists = new Wire(url, TIMEOUT_MS);
    this.#media = new BodyWire(url, TIMEOUT_MS);
    this.#rendition = rendition;
    this.#options = options;
    this.#schedule = schedule;
    this.#note = note;
  }

  async play(untilMs: number): Promise<void> {
    const { channel, schedule } = this.#options;
    const path = `/${channel}/${this.#rendition}/index.m3u8`;
    while (readSteadyMs() < untilMs) {
      const answer = await new Promise<WireResult>((resolve) =>
        this.#playlists.get(path, PLAYLIST_HEADERS, resolve),
      );
      const text = "head" in answer && answer.status === 200 ? readAnswerText(answer) : null;
      if (text === null) {
        await sleepMs(FAILURE_MS);
        continue;
      }
      const isNew = this.#follow(path, text);
      const pauseMs = isNew ? schedule.segmentMs : schedule.segmentMs / 2;
      await sleepMs(Math.max(0, answer.sentMs + pauseMs - readSteadyMs()));
    }
    await this.#taking;
    this.#playlists.close();
    this.#media.close();
  }

  /** Asks for what is new in a playlist: at the first sight the newest segment only. */
  #follow(playlist: string, text: string): boolean {
    const uris = text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
    const named = uris.flatMap((uri) => {
      const index = parseName(uri)?.index;
      return index === undefined ? [] : [{ uri, index }];
    });
    const last = this.#lastIndex;
    const fresh =
      last === null ? named.slice(-1) : named.filter(({ index }) => index > last).slice(-3);
    for (const { uri, index } of fresh) {
      this.#lastIndex = index;
      this.#taking = this.#taking.then(() => this.#take(playlist, uri, index));
    }
    return fresh.length > 0;
  }

  async #take(playlist: string, uri: string, index: number): Promise<void> {
    const path = new URL(uri, `http://edge${playlist}`).pathname;
    const lengthBytes = this.#options.renditionBytes[this.#rendition] ?? 0;
    const want = toSegmentBody(toSegmentName(path), lengthBytes).bytes;
    const result = await new Promise<BodyResult>((resolve) =>
      this.#media.get(path, MEDIA_HEADERS, want, resolve),
    );
    const { head: _head, ...rest } = result;
    const sinceMs = result.sentMs - this.#schedule.publishMs(index);
    this.#note({ ...rest, index, rendition: this.#rendition, sinceMs });
  }
}
