// Says how each standby of a live channel could take over, for control, which comes by it through
// the region's gate: at once when it changes, and now and then while the channel is watched, so
// that an old word can be told from a present one. For the coordinator; nothing waits for it.

import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import type { ChannelJoins, JoinWord } from "../../core/contract/report.ts";
import type { CoordinatorName } from "./coordinator-name.ts";

/** Between two looks at the ledger, and between two reports of the same. */
const LOOK_MS = 500;
const AGAIN_MS = 5_000;

export class JoinReport {
  readonly #name: CoordinatorName;
  readonly #send: (joins: ChannelJoins) => void;
  #lookedAtMs = 0;
  #toldAtMs = 0;
  #told = "";

  constructor(name: CoordinatorName, send: (joins: ChannelJoins) => void) {
    this.#name = name;
    this.#send = send;
  }

  /** Sends it if it is time; `read` is asked only then, and gives null while nobody feeds. */
  tell(read: () => ReadonlyMap<string, JoinWord> | null, nowMs: number): void {
    if (nowMs - this.#lookedAtMs < LOOK_MS) return;
    this.#lookedAtMs = nowMs;
    const word = read();
    if (word === null) return;
    const joins = Object.fromEntries(word);
    const text = JSON.stringify(joins);
    if (text === this.#told && nowMs - this.#toldAtMs < AGAIN_MS) return;
    this.#told = text;
    this.#toldAtMs = nowMs;
    this.#send({ contract: CONTRACT_VERSION, ...this.#name, joins });
  }
}
