// @ts-check
// What stands between a viewer and the picture, in words for a person: what happened, what the
// machine said, what to do. Quotes the edge's problem document (RFC 9457) where there is one.
// Decides nothing about trying again: playback.js does.

import { parseProblem } from "./api.js";

/** @typedef {typeof import("hls.js").default} HlsClass */
/** @typedef {{ title: string, text: string, advice: string }} Trouble */

/** Long enough to read the message, short enough that a started stack plays at once. */
export const RETRY_MS = 2000;

/**
 * @param {boolean} loaded whether hls.js is there, but refuses this browser
 * @returns {Trouble}
 */
export function toMissingPlayer(loaded) {
  if (loaded) {
    return {
      title: "This browser cannot play through hls.js",
      text: "It has no Media Source Extensions for H.264.",
      advice: "Open this page in a current Chromium, Firefox, Edge or Safari.",
    };
  }
  return {
    title: "hls.js did not load",
    text: "The control worker did not serve /console/hls.js.",
    advice: "Run npm ci in the project's folder, start the stack again, and reload this page.",
  };
}

/**
 * @param {HlsClass} HlsClass
 * @param {import("hls.js").ErrorData} data
 * @param {string} edge
 * @returns {Trouble}
 */
export function toTrouble(HlsClass, data, edge) {
  const again = `This page tries again every ${RETRY_MS / 1000}\u00a0s.`;
  if (data.type === HlsClass.ErrorTypes.MEDIA_ERROR) {
    return {
      title: "The browser cannot decode this stream",
      text: data.error?.message ?? data.details,
      advice: `Look at the codecs of the playlist's variants. ${again}`,
    };
  }
  const status = data.response?.code ?? 0;
  const problem = parseProblem(toBodyText(data.networkDetails));
  if (status >= 200 && status < 300) {
    return {
      title: "The answer is not a playlist",
      text: data.reason ?? data.error?.message ?? data.details,
      advice: `Open the playlist's address below and see what comes. ${again}`,
    };
  }
  if (status === 0) {
    return {
      title: "The edge does not answer",
      text: `No connection to ${edge}.`,
      advice: `Is "npm start" still running in its terminal? If not, start it again. ${again}`,
    };
  }
  const advice =
    status >= 500
      ? "If every origin is down, revive one; the origins below show what control knows of them."
      : "Check the catalog: weir catalog check FILE names what is wrong, line by line.";
  return {
    title: `The edge answers ${status}`,
    text: problem ?? (data.response?.text || "It gives no reason."),
    advice: `${advice} ${again}`,
  };
}

/**
 * @param {unknown} details the request that failed
 * @returns {string} its body, where it is text
 */
function toBodyText(details) {
  if (!(details instanceof XMLHttpRequest)) return "";
  return details.responseType === "" || details.responseType === "text" ? details.responseText : "";
}
