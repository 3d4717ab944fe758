// @ts-check
// Counts the moments in which a viewer sees the picture stop. A stall begins when it stops though
// nobody paused or moved it, and ends when the playhead moves. The wait before the first picture is
// no stall, and neither is a seek. Does not ask why: the log beside it shows what came before.

/** A playhead that moves less than this between two events has not moved. */
const MOVEMENT_SECONDS = 0.01;

export class StallMeter {
  #video;
  #onNote;
  #onMoving;
  #count = 0;
  #totalMs = 0;
  #started = false;
  #lastSeconds = 0;
  /** @type {number | null} */
  #beganMs = null;

  /**
   * @param {HTMLVideoElement} video
   * @param {(text: string, tone: "bad" | "plain") => void} onNote
   * @param {() => void} onMoving called whenever the playhead has moved by playing
   */
  constructor(video, onNote, onMoving) {
    this.#video = video;
    this.#onNote = onNote;
    this.#onMoving = onMoving;
    video.addEventListener("waiting", () => this.begin());
    video.addEventListener("timeupdate", () => this.#onTimeUpdate());
  }

  begin() {
    const { seeking, paused, ended } = this.#video;
    if (!this.#started || seeking || paused || ended || this.#beganMs !== null) return;
    this.#beganMs = performance.now();
    this.#count += 1;
    this.#onNote("playback stalls", "bad");
  }

  reset() {
    this.#count = 0;
    this.#totalMs = 0;
    this.#started = false;
    this.#beganMs = null;
  }

  /** @returns {{ stalls: number, stalledSeconds: number }} a running stall included */
  measure() {
    const runningMs = this.#beganMs === null ? 0 : performance.now() - this.#beganMs;
    return { stalls: this.#count, stalledSeconds: (this.#totalMs + runningMs) / 1000 };
  }

  #onTimeUpdate() {
    const { currentTime, seeking, readyState } = this.#video;
    const moved = Math.abs(currentTime - this.#lastSeconds) > MOVEMENT_SECONDS;
    this.#lastSeconds = currentTime;
    if (!moved || seeking || readyState < HTMLMediaElement.HAVE_FUTURE_DATA) return;
    this.#started = true;
    this.#end();
    this.#onMoving();
  }

  #end() {
    if (this.#beganMs === null) return;
    const lastedMs = performance.now() - this.#beganMs;
    this.#beganMs = null;
    this.#totalMs += lastedMs;
    this.#onNote(`playback goes on after a stall of ${(lastedMs / 1000).toFixed(1)} s`, "plain");
  }
}
