// Says how each standby of a live channel could take over, for control, which comes by it through
// the region's gate: at once when it changes, and now and then while the channel is watched, so that
// an old word can be told from a present one. For the coordinator; nothing waits for it.

import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import type { ChannelJoins, JoinWord } from "../../core/contract/report.ts";

/** Between two looks at the ledger, and between two reports of the same. */
const LOOK_MS = 500;
const AGAIN_MS = 5_000;

export class JoinReport {
  readonly #channel: string;
  readonly #generation: number;
  readonly #send: (joins: ChannelJoins) => void;
  #lookedAtMs = 0;
  #toldAtMs = 0;
  #told = "";

  /** `name` is the coordinator's, `{channel}#g{n}`. */
  constructor(name: string, send: (joins: ChannelJoins) => void) {
    const mark = name.lastIndexOf("#g");
    this.#channel = name.slice(0, mark);
    this.#generation = Number(name.slice(mark + 2));
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
    const [channel, generation] = [this.#channel, this.#generation];
    this.#send({ contract: CONTRACT_VERSION, channel, generation, joins });
  }
}
