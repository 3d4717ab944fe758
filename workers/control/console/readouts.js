// @ts-check
// The instruments: who served last, the six figures, the two lamps in the head, and the message
// over the picture. Each takes values and shows them; none keeps anything.

import { byId, printMilliseconds, printSeconds, showText, toSlot, UNKNOWN } from "./page.js";
import { CACHE_WORDS, printOrigin } from "./strip.js";

/**
 * @param {"edge-state" | "control-state"} id
 * @param {"good" | "bad"} state
 * @param {string} text
 */
export function showLamp(id, state, text) {
  const element = byId(id);
  element.dataset["state"] = state;
  showText(element, text);
}

/** @param {import("./troubles.js").Trouble | null} trouble */
export function showTrouble(trouble) {
  byId("trouble").hidden = trouble === null;
  showText(byId("trouble-title"), trouble?.title ?? "");
  showText(byId("trouble-text"), trouble?.text ?? "");
  showText(byId("trouble-advice"), trouble?.advice ?? "");
}

/**
 * @param {import("./replies.js").Reply["kind"]} kind
 * @param {import("./replies.js").Reply | null} reply
 */
export function showReadout(kind, reply) {
  const readout = byId(`now-${kind}`);
  const name = byId(`now-${kind}-name`);
  const note = byId(`now-${kind}-note`);
  readout.dataset["slot"] = reply === null ? "none" : toSlot(reply.origin);
  readout.dataset["cache"] = reply?.cache ?? "";
  if (reply === null) {
    showText(name, UNKNOWN);
    showText(note, "no answer yet");
    return;
  }
  const failed = reply.status === 0 ? "no answer" : `HTTP ${reply.status}`;
  showText(name, reply.cache === "failed" ? failed : printOrigin(reply));
  showText(note, `${CACHE_WORDS[reply.cache]} · ${printMilliseconds(reply.firstByteMs)}`);
}

/**
 * @param {string} id
 * @param {string} value
 * @param {string} note
 */
function showFigure(id, value, note) {
  showText(byId(id), value);
  showText(byId(`${id}-note`), note);
}

/**
 * @param {import("./playback.js").Measures} now
 * @param {{ hits: number, counted: number }} share
 */
export function showFigures(now, share) {
  showText(byId("latency-label"), now.live ? "Live latency" : "Position");
  if (now.live) {
    const target = now.targetLatencySeconds;
    const note = target === null ? "" : `target ${printSeconds(target)}`;
    showFigure("latency", printSeconds(now.latencySeconds), note);
  } else {
    showFigure(
      "latency",
      printSeconds(now.positionSeconds),
      `of ${printSeconds(now.durationSeconds)}`,
    );
  }
  showFigure("buffer", printSeconds(now.bufferSeconds), "");
  const { hits, counted } = share;
  const percent = counted === 0 ? UNKNOWN : `${Math.round((100 * hits) / counted)} %`;
  showFigure("hits", percent, counted === 0 ? "" : `${hits} of ${counted}`);
  const stalled = now.stalls === 0 ? "" : `${printSeconds(now.stalledSeconds)} in all`;
  showFigure("stalls", String(now.stalls), stalled);
  byId("stalls").classList.toggle("bad", now.stalls > 0);
  showFigure("fatals", String(now.fatals), "");
  byId("fatals").classList.toggle("bad", now.fatals > 0);
  const bitrate = now.bitrate === null ? "" : `${(now.bitrate / 1e6).toFixed(2)} Mb/s`;
  showFigure("rendition", now.height === 0 ? UNKNOWN : `${now.height}p`, bitrate);
}
