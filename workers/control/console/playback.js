// @ts-check
// Plays one channel with hls.js and measures what a viewer would feel: stalls, fatal errors,
// latency, buffer. Hands every answer of the edge to the caller, also those that hls.js retries in
// silence: the hook sits on the request itself, not on the player's events.
// After a fatal error it starts again by itself; an outage counts as one fatal error, however many
// attempts it outlasts. Does not draw: the caller gets values.

import { toReply } from "./replies.js";
import { StallMeter } from "./stalls.js";
import { RETRY_MS, toMissingPlayer, toTrouble } from "./troubles.js";

/** @typedef {import("hls.js").default} Hls */
/** @typedef {typeof import("hls.js").default} HlsClass */
/** @typedef {import("./troubles.js").Trouble} Trouble */

/**
 * @typedef {object} Measures
 * @property {boolean} live
 * @property {number | null} latencySeconds behind the live edge
 * @property {number | null} targetLatencySeconds
 * @property {number | null} bufferSeconds ahead of the playhead
 * @property {number} positionSeconds
 * @property {number | null} durationSeconds null while live or unknown
 * @property {number} stalls
 * @property {number} stalledSeconds in all, a running stall included
 * @property {number} fatals
 * @property {number} height of the picture, 0 before the first one
 * @property {number | null} bitrate bits per second of the level that plays
 */

/**
 * @typedef {object} PlaybackEvents
 * @property {(reply: import("./replies.js").Reply) => void} onReply
 * @property {(trouble: Trouble | null) => void} onTrouble null when it is over
 * @property {(text: string, tone: "bad" | "good" | "plain") => void} onNote
 */

/** hls.js waits without end for a first playlist; a person in front of a black picture does not. */
const MANIFEST_MS_MAX = 8000;

/** A second decoder failure within this time means that resetting the decoder is not enough. */
const DECODER_RESET_MS = 10_000;

/** With less than this ahead the picture stands still, or is about to. */
const PICTURE_SECONDS = 0.3;

/** Nobody hears it; a second is won back in ten. */
const CATCH_UP_RATE = 1.1;

export class Playback {
  #video;
  #edge;
  #events;
  #stalls;
  /** @type {Hls | null} */
  #hls = null;
  /** @type {import("./api.js").ChannelEntry | null} */
  #channel = null;
  #fatals = 0;
  /**
   * An outage is over when new media has come and the playhead moves: what was buffered before
   * plays on for seconds after the loss, and that is no recovery.
   * @type {"none" | "cut" | "filling"}
   */
  #outage = "none";
  #decoderResetMs = Number.NEGATIVE_INFINITY;
  #tunedIn = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;

  /**
   * @param {HTMLVideoElement} video
   * @param {string} edge origin of the edge, such as http://127.0.0.1:8787
   * @param {PlaybackEvents} events
   */
  constructor(video, edge, events) {
    this.#video = video;
    this.#edge = edge;
    this.#events = events;
    this.#stalls = new StallMeter(video, events.onNote, () => this.#onMoving());
  }

  /** @param {import("./api.js").ChannelEntry} channel */
  load(channel) {
    this.#channel = channel;
    this.#fatals = 0;
    this.#outage = "none";
    this.#stalls.reset();
    this.#events.onTrouble(null);
    this.#open(-1);
  }

  /** Loads on if there is still something to watch, else begins again where the viewer was. */
  retry() {
    clearTimeout(this.#retryTimer);
    const { currentTime } = this.#video;
    if (this.#hls !== null && this.#hls.levels.length > 0 && this.#hasPicture()) {
      this.#hls.startLoad();
    } else {
      this.#open(this.#channel?.mode === "vod" && currentTime > 0 ? currentTime : -1);
    }
  }

  /** @returns {Measures} */
  measure() {
    const hls = this.#hls;
    const live = this.#channel?.mode === "live";
    const level = hls?.levels[hls.currentLevel] ?? null;
    const { currentTime, duration, videoHeight } = this.#video;
    return {
      live,
      latencySeconds: live && hls !== null && hls.latency > 0 ? hls.latency : null,
      targetLatencySeconds: live ? (hls?.targetLatency ?? null) : null,
      bufferSeconds: toBufferAhead(this.#video),
      positionSeconds: currentTime,
      durationSeconds: !live && Number.isFinite(duration) ? duration : null,
      ...this.#stalls.measure(),
      fatals: this.#fatals,
      height: videoHeight,
      bitrate: level === null ? null : level.bitrate,
    };
  }

  /** @param {number} startSeconds -1 for the player's own choice */
  #open(startSeconds) {
    clearTimeout(this.#retryTimer);
    this.#hls?.destroy();
    this.#hls = null;
    if (this.#channel === null) return;
    const HlsClass = /** @type {{ Hls?: HlsClass }} */ (window).Hls;
    if (HlsClass?.isSupported() !== true) {
      this.#events.onTrouble(toMissingPlayer(HlsClass !== undefined));
      return;
    }
    this.#tunedIn = startSeconds >= 0;
    const hls = new HlsClass(toHlsConfig(HlsClass, startSeconds, this.#events.onReply));
    this.#hls = hls;
    hls.on(HlsClass.Events.ERROR, (_event, data) => {
      if (this.#hls !== hls) return;
      if (data.details === HlsClass.ErrorDetails.BUFFER_STALLED_ERROR) this.#stalls.begin();
      if (data.fatal) this.#onFatal(HlsClass, data);
    });
    hls.on(HlsClass.Events.LEVEL_LOADED, (_event, { details }) => {
      // Behind its target a low-latency player catches up a little faster than life.
      hls.config.maxLiveSyncPlaybackRate = details.partList ? CATCH_UP_RATE : 1;
      if (details.partList) this.#tuneIn(hls, details.targetduration);
    });
    hls.on(HlsClass.Events.FRAG_BUFFERED, () => {
      if (this.#hls === hls && this.#outage === "cut") this.#outage = "filling";
    });
    hls.loadSource(this.#edge + this.#channel.playlist);
    hls.attachMedia(this.#video);
    this.#video.play().catch(() => {
      // A browser that refuses autoplay leaves the controls; the person presses play.
    });
  }

  /**
   * @param {HlsClass} HlsClass
   * @param {import("hls.js").ErrorData} data
   */
  #onFatal(HlsClass, data) {
    const nowMs = performance.now();
    const trouble = toTrouble(HlsClass, data, this.#edge);
    if (this.#outage === "none") {
      this.#fatals += 1;
      this.#events.onNote(`fatal: ${trouble.title} (${data.details})`, "bad");
    }
    this.#outage = "cut";
    const decoder = data.type === HlsClass.ErrorTypes.MEDIA_ERROR;
    if (decoder && nowMs - this.#decoderResetMs > DECODER_RESET_MS) {
      this.#decoderResetMs = nowMs;
      this.#hls?.recoverMediaError();
      return;
    }
    if (decoder || !this.#hasPicture()) this.#events.onTrouble(trouble);
    this.#hls?.stopLoad();
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.retry(), RETRY_MS);
  }

  /**
   * Who took long to start is further behind than catching up can mend. Once only: later the
   * person may have gone back on purpose.
   * @param {Hls} hls
   * @param {number} marginSeconds
   */
  #tuneIn(hls, marginSeconds) {
    if (this.#tunedIn || this.#video.paused || this.#video.currentTime === 0) return;
    this.#tunedIn = true;
    const { liveSyncPosition, targetLatency } = hls;
    if (liveSyncPosition === null || targetLatency === null) return;
    if (hls.latency > targetLatency + marginSeconds) this.#video.currentTime = liveSyncPosition;
  }

  #hasPicture() {
    return (toBufferAhead(this.#video) ?? 0) > PICTURE_SECONDS;
  }

  #onMoving() {
    if (this.#outage !== "filling") return;
    this.#outage = "none";
    this.#events.onTrouble(null);
    this.#events.onNote("playing again", "good");
  }
}

/**
 * @param {HlsClass} HlsClass
 * @param {number} startSeconds -1 for the player's own choice
 * @param {PlaybackEvents["onReply"]} onReply
 * @returns {Partial<import("hls.js").HlsConfig>}
 */
function toHlsConfig(HlsClass, startSeconds, onReply) {
  const { manifestLoadPolicy } = HlsClass.DefaultConfig;
  return {
    startPosition: startSeconds,
    liveDurationInfinity: true,
    backBufferLength: 30,
    manifestLoadPolicy: {
      default: {
        ...manifestLoadPolicy.default,
        maxTimeToFirstByteMs: MANIFEST_MS_MAX,
        timeoutRetry: null,
      },
    },
    xhrSetup: (xhr, url) => watchRequest(xhr, url, onReply),
  };
}

/**
 * @param {XMLHttpRequest} xhr not sent yet
 * @param {string} url
 * @param {PlaybackEvents["onReply"]} onReply
 */
function watchRequest(xhr, url, onReply) {
  const startedMs = performance.now();
  let firstByteMs = 0;
  let aborted = false;
  xhr.addEventListener("abort", () => {
    aborted = true;
  });
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState === XMLHttpRequest.HEADERS_RECEIVED) {
      firstByteMs = performance.now() - startedMs;
    }
  });
  xhr.addEventListener("loadend", () => {
    // A request that the player gave up (a level switch, a seek) says nothing about the edge.
    if (aborted || isFromBrowserCache(url)) return;
    const reply = toReply({
      address: url,
      kind: xhr.responseType === "arraybuffer" ? "media" : "playlist",
      status: xhr.status,
      headerLines: xhr.getAllResponseHeaders(),
      startedMs,
      firstByteMs: firstByteMs > 0 ? firstByteMs : performance.now() - startedMs,
      atMs: Date.now(),
    });
    onReply(reply);
  });
}

/**
 * Whether the browser answered from its own cache, which repeats old headers word for word and
 * never asked the edge. Readable only where the edge sends Timing-Allow-Origin.
 * @param {string} url
 * @returns {boolean}
 */
function isFromBrowserCache(url) {
  const entry = performance.getEntriesByName(url, "resource").at(-1);
  // The browser keeps 250 entries and then stops: a page open for hours must empty the list.
  performance.clearResourceTimings();
  if (!(entry instanceof PerformanceResourceTiming)) return false;
  return entry.transferSize === 0 && entry.decodedBodySize > 0;
}

/**
 * @param {HTMLVideoElement} video
 * @returns {number | null}
 */
function toBufferAhead(video) {
  for (let index = 0; index < video.buffered.length; index += 1) {
    const inside =
      video.buffered.start(index) <= video.currentTime &&
      video.currentTime < video.buffered.end(index);
    if (inside) return video.buffered.end(index) - video.currentTime;
  }
  return video.readyState === HTMLMediaElement.HAVE_NOTHING ? null : 0;
}
