// @ts-check
// Chooses the channel: buttons while they fit beside the name, a list when the catalog is long.
// Both are the browser's own controls, so that keys and screen readers work as everywhere.

import { byId, makeElement } from "./page.js";

/** @typedef {import("./api.js").ChannelEntry} ChannelEntry */

/** More channels than this do not fit beside the name. */
const BUTTONS_MAX = 4;

/**
 * @param {readonly ChannelEntry[]} channels
 * @param {(channel: ChannelEntry) => void} onPick
 * @returns {(id: string) => void} shows which one is chosen
 */
export function makePicker(channels, onPick) {
  /** @param {string} id */
  const pick = (id) => {
    const channel = channels.find((each) => each.id === id);
    if (channel !== undefined) onPick(channel);
  };
  return channels.length > BUTTONS_MAX ? makeList(channels, pick) : makeButtons(channels, pick);
}

/**
 * @param {readonly ChannelEntry[]} channels
 * @param {(id: string) => void} pick
 * @returns {(id: string) => void}
 */
function makeList(channels, pick) {
  const options = channels.map((each) => new Option(`${each.id} (${each.mode})`, each.id));
  const select = makeElement("select", "", options);
  select.setAttribute("aria-label", "Channel");
  select.addEventListener("change", () => pick(select.value));
  byId("picker").replaceChildren(select);
  return (id) => {
    select.value = id;
  };
}

/**
 * @param {readonly ChannelEntry[]} channels
 * @param {(id: string) => void} pick
 * @returns {(id: string) => void}
 */
function makeButtons(channels, pick) {
  /** @type {HTMLInputElement[]} */
  const inputs = [];
  const labels = channels.map((each) => {
    const input = makeElement("input");
    Object.assign(input, { type: "radio", name: "channel", value: each.id });
    input.addEventListener("change", () => pick(each.id));
    inputs.push(input);
    const words = makeElement("span", "", [each.id, makeElement("small", "", each.mode)]);
    return makeElement("label", "", [input, words]);
  });
  const legend = makeElement("legend", "unseen", "Channel");
  byId("picker").replaceChildren(makeElement("fieldset", "", [legend, ...labels]));
  return (id) => {
    for (const input of inputs) input.checked = input.value === id;
  };
}
