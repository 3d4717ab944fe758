// @ts-check
// The switches of one origin of the local stack: kill or revive, freeze or unfreeze, and beside
// them its state and control's verdict. A button keeps its place and its focus when its word
// changes. Does not throw the switch itself: trial.js does.

import { makeElement, showText, toSlot } from "./page.js";

/** @typedef {import("./api.js").Action} Action */

export class OriginSwitches {
  #id;
  #state = "";
  #busy = false;
  #stateText = makeElement("span", "trial-state");
  #verdictText = makeElement("span", "verdict", "verdict unknown");
  #kill = makeElement("button");
  #freeze = makeElement("button", "quiet");
  element;

  /**
   * @param {string} id
   * @param {boolean} primary whether this is the switch that a newcomer should try
   * @param {(id: string, action: Action) => void} onAction
   */
  constructor(id, primary, onAction) {
    this.#id = id;
    this.#kill.type = "button";
    this.#freeze.type = "button";
    if (primary) this.#kill.className = "primary";
    const dot = makeElement("span", "dot");
    dot.dataset["slot"] = toSlot(id);
    const name = makeElement("span", "trial-name", [dot, id, this.#stateText]);
    const words = makeElement("div", "trial-words", [name, this.#verdictText]);
    this.element = makeElement("div", "trial-row", [words, this.#kill, this.#freeze]);
    this.#kill.addEventListener("click", () => {
      if (!this.#busy) onAction(id, this.#state === "killed" ? "revive" : "kill");
    });
    this.#freeze.addEventListener("click", () => {
      if (!this.#busy) onAction(id, this.#state === "running" ? "freeze" : "clear");
    });
  }

  /** @param {string} state of the demo origin's process */
  show(state) {
    this.#state = state;
    this.element.dataset["state"] = state;
    const healthy = state === "running" || state === "killed";
    showText(this.#stateText, state);
    showText(this.#kill, `${state === "killed" ? "Revive" : "Kill"} origin ${this.#id}`);
    showText(this.#freeze, healthy ? "Freeze" : state === "frozen" ? "Unfreeze" : "Clear");
    this.#freeze.setAttribute("aria-label", `${this.#freeze.textContent} origin ${this.#id}`);
    this.#freeze.disabled = state === "killed";
  }

  /** @param {import("./api.js").Verdict} verdict */
  showVerdict(verdict) {
    this.#verdictText.dataset["verdict"] = verdict;
    showText(this.#verdictText, `verdict ${verdict}`);
  }

  /** @param {boolean} busy */
  showBusy(busy) {
    this.#busy = busy;
    this.element.setAttribute("aria-busy", String(busy));
  }
}
