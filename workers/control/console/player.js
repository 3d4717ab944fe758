// @ts-check
// The page's composition root: reads the configuration, starts the chosen channel, polls control
// and hands each reading to the part that shows it. Every branch about what the page does next is
// here; the parts only draw or measure. Playback never waits for control: an edge with a dead
// control worker goes on serving, and the page must show exactly that.

import { makeApi, readConfig } from "./api.js";
import { showIncidents } from "./incidents.js";
import { makeJournal } from "./journal.js";
import { showCards, showOriginsNotice, showRoute } from "./origins.js";
import { byId, showText } from "./page.js";
import { makePicker } from "./picker.js";
import { Playback } from "./playback.js";
import { showFigures, showLamp, showReadout, showTrouble } from "./readouts.js";
import { Strip } from "./strip.js";
import { Trial } from "./trial.js";

/** @typedef {import("./api.js").Config} Config */
/** @typedef {import("./api.js").ChannelEntry} ChannelEntry */
/** @typedef {import("./replies.js").Reply} Reply */

const POLL_MS = 1000;

/** After a switch was thrown its consequences are timed to a fifth of a second. */
const POLL_WATCHING_MS = 200;

/** Nobody looks: the log's times stay right to a few seconds, and the workers have peace. */
const POLL_HIDDEN_MS = 5000;

const MEASURE_MS = 250;

/** Ends the running pause, so that a press of a button shows at once. */
let wake = () => {};

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve(undefined);
    };
  });
}

/** @returns {Promise<Config>} as soon as control gives one with a channel in it */
async function waitForConfig() {
  byId("trouble-retry").onclick = () => wake();
  for (;;) {
    const answer = await readConfig();
    if (answer.kind === "answer" && answer.value.channels.length > 0) {
      showTrouble(null);
      return answer.value;
    }
    if (answer.kind === "answer") {
      showLamp("control-state", "good", "answering");
      showTrouble({
        title: "The catalog has no channel",
        text: "There is nothing to play yet.",
        advice: "Add a [[channels]] table to the catalog; this page takes it up by itself.",
      });
    } else {
      showLamp("control-state", "bad", "silent");
      showTrouble({
        title: "The control worker does not answer",
        text: `GET /console/config.json: ${answer.text}.`,
        advice:
          'Is "npm start" still running in its terminal? If not, start it again. ' +
          "This page tries again every second.",
      });
    }
    await pause(POLL_MS);
  }
}

class Player {
  #config;
  #api;
  #journal = makeJournal();
  #strip = new Strip();
  #playback;
  #trial;
  #showPicked;
  /** @type {ChannelEntry} */
  #channel;
  /** @type {string | null} */
  #servingOrigin = null;
  #readAtMs = Date.now();
  #controlFails = false;
  #incidentsAtMs = 0;

  /** @param {Config} config */
  constructor(config) {
    this.#config = config;
    this.#api = makeApi(config.token);
    this.#channel = chooseChannel(config.channels);
    const video = /** @type {HTMLVideoElement} */ (byId("video"));
    this.#playback = new Playback(video, config.edge, {
      onReply: (reply) => this.#onReply(reply),
      onTrouble: showTrouble,
      onNote: this.#journal.add,
    });
    this.#trial = new Trial({
      api: this.#api,
      note: this.#journal.add,
      onAction: (word) => {
        this.#strip.mark(word);
        wake();
      },
      servingOrigin: () => this.#servingOrigin,
      harm: () => this.#playback.measure(),
    });
    this.#showPicked = makePicker(config.channels, (channel) => this.#open(channel));
    byId("trouble-retry").onclick = () => this.#playback.retry();
  }

  async run() {
    setInterval(() => {
      showFigures(this.#playback.measure(), this.#strip.toHitShare());
    }, MEASURE_MS);
    setInterval(() => {
      this.#strip.showAxis();
      this.#trial.onTick();
    }, POLL_MS);
    this.#open(this.#channel);
    for (;;) {
      await this.#readControl();
      const visibleMs = this.#trial.isTiming() ? POLL_WATCHING_MS : POLL_MS;
      await pause(document.hidden ? POLL_HIDDEN_MS : visibleMs);
    }
  }

  /** @param {ChannelEntry} channel */
  #open(channel) {
    this.#channel = channel;
    this.#servingOrigin = null;
    this.#showPicked(channel.id);
    history.replaceState(null, "", `#${encodeURIComponent(channel.id)}`);
    document.title = `${channel.id} · Weir player`;
    const address = this.#config.edge + channel.playlist;
    /** @type {HTMLAnchorElement} */ (byId("playlist-url")).href = address;
    showText(byId("playlist-url"), address);
    this.#strip.clear();
    showReadout("playlist", null);
    showReadout("media", null);
    showRoute(null, channel.id);
    this.#trial.onChannel(channel.id);
    this.#journal.add(`opening ${channel.id}`);
    this.#playback.load(channel);
    wake();
  }

  /** @param {Reply} reply */
  #onReply(reply) {
    this.#strip.add(reply);
    showReadout(reply.kind, reply);
    if (reply.kind === "playlist" && reply.origin !== null) this.#servingOrigin = reply.origin;
    if (reply.status === 0) showLamp("edge-state", "bad", "silent");
    else showLamp("edge-state", "good", new URL(this.#config.edge).host);
    this.#trial.onReply(reply);
  }

  async #readControl() {
    const [routes, origins, locals] = await Promise.all([
      this.#api.readRoutes(),
      this.#api.readOrigins(),
      this.#config.local ? this.#api.readLocalOrigins() : null,
    ]);
    const { id } = this.#channel;
    const entries = routes.kind === "answer" ? routes.value.channels : [];
    const route = entries.find((each) => each.id === id) ?? null;
    if (locals?.kind === "answer") this.#trial.onLocals(locals.value.origins);
    if (routes.kind === "answer") {
      this.#trial.onRoute(route);
      showRoute(route, id);
    }
    if (origins.kind === "answer") {
      this.#readAtMs = Date.now();
      this.#trial.onOrigins(origins.value.origins);
      showCards(origins.value.origins, route, id);
    }
    if (Date.now() - this.#incidentsAtMs >= POLL_MS) await this.#readIncidents();
    if (origins.kind === "failure") this.#showControlFailure(origins);
    else if (routes.kind === "failure") this.#showControlFailure(routes);
    else this.#showControlAnswer(routes.value.policyVersion ?? null);
  }

  /** Nothing is timed by these, so they are read once a second also while a trial is on. */
  async #readIncidents() {
    this.#incidentsAtMs = Date.now();
    const answer = await this.#api.readIncidents();
    if (answer.kind === "failure") return;
    const { incidents } = answer.value;
    const open = incidents.filter(({ closedAt }) => closedAt === null);
    const read = await Promise.all(open.map(({ id }) => this.#api.readIncident(id)));
    const last = incidents.find(({ closedAt }) => closedAt !== null) ?? null;
    showIncidents(
      read.flatMap((each) => (each.kind === "answer" ? [each.value] : [])),
      last,
    );
  }

  /** @param {number | string | null} policyVersion */
  #showControlAnswer(policyVersion) {
    if (this.#controlFails) this.#journal.add("control answers again", "good");
    this.#controlFails = false;
    showLamp("control-state", "good", location.host);
    byId("control-state").title = policyVersion === null ? "" : `policy version ${policyVersion}`;
    showOriginsNotice(null);
  }

  /** @param {{ status: number, text: string }} failure */
  #showControlFailure(failure) {
    if (!this.#controlFails) this.#journal.add(`control fails: ${failure.text}`, "bad");
    this.#controlFails = true;
    const text = failure.status === 0 ? "silent" : `HTTP ${failure.status}`;
    showLamp("control-state", "bad", text);
    showOriginsNotice(printControlFailure(failure, Date.now() - this.#readAtMs));
  }
}

/**
 * @param {readonly ChannelEntry[]} channels not empty
 * @returns {ChannelEntry} the one that the address names, else the first
 */
function chooseChannel(channels) {
  const wanted = location.hash.slice(1);
  const named = channels.find((each) => encodeURIComponent(each.id) === wanted);
  const chosen = named ?? channels[0];
  if (chosen === undefined) throw new Error("A configuration without channels came through.");
  return chosen;
}

/**
 * @param {{ status: number, text: string }} failure
 * @param {number} agoMs since the last good reading
 * @returns {string}
 */
function printControlFailure(failure, agoMs) {
  if (failure.status === 401 || failure.status === 403) {
    return `Control refuses this page's token (${failure.text}). Reload the page to get a new one.`;
  }
  const place =
    failure.status === 0 ? 'Look at the terminal of "npm start".' : "See the stack's log.";
  return (
    `The control API fails: ${failure.text}. ${place} ` +
    `What stands here is ${Math.round(agoMs / 1000)} s old. ` +
    "Playback does not depend on it: the edge keeps its last policy."
  );
}

await new Player(await waitForConfig()).run();
