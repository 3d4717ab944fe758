// Slots that several calls of one object share.

import { describe, expect, test } from "vitest";
import { ConnectionSlots } from "../../../workers/edge/connection-slots.ts";

/** Work that ends when it is told to, and how many of it are being done. */
class Works {
  running = 0;
  runningMax = 0;
  readonly begun: string[] = [];
  readonly #ends: (() => void)[] = [];

  start(name: string): () => Promise<string> {
    return async () => {
      this.begun.push(name);
      this.running += 1;
      this.runningMax = Math.max(this.runningMax, this.running);
      await new Promise<void>((end) => this.#ends.push(end));
      this.running -= 1;
      if (name === "broken") throw new Error(name);
      return name;
    };
  }

  async endOne(): Promise<void> {
    this.#ends.shift()?.();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}

describe("connection slots", () => {
  test("no more than the number at once, and everybody in the end", async () => {
    const [slots, works] = [new ConnectionSlots(), new Works()];
    const names = Array.from({ length: 20 }, (_, n) => String(n));
    const done = names.map((name) => slots.hold("demo", 3, 1, works.start(name)));
    for (let n = 0; n < 20; n++) await works.endOne();
    expect(await Promise.all(done)).toEqual(names);
    expect(works.begun).toEqual(names);
    expect(works.runningMax).toBe(3);
  });

  test("names do not wait for each other", async () => {
    const [slots, works] = [new ConnectionSlots(), new Works()];
    void slots.hold("a", 1, 1, works.start("a"));
    void slots.hold("b", 1, 1, works.start("b"));
    expect(works.begun).toEqual(["a", "b"]);
  });

  test("work that fails gives its slot back", async () => {
    const [slots, works] = [new ConnectionSlots(), new Works()];
    const broken = slots.hold("a", 1, 1, works.start("broken"));
    const next = slots.hold("a", 1, 1, works.start("next"));
    await Promise.all([expect(broken).rejects.toThrow("broken"), works.endOne()]);
    await works.endOne();
    expect(await next).toBe("next");
  });

  test("a caller of fewer slots waits longer, and holds nobody up for good", async () => {
    const [slots, works] = [new ConnectionSlots(), new Works()];
    const many = ["1", "2", "3"].map((name) => slots.hold("a", 3, 1, works.start(name)));
    const few = slots.hold("a", 1, 1, works.start("few"));
    const last = slots.hold("a", 3, 1, works.start("last"));
    for (let n = 0; n < 5; n++) await works.endOne();
    expect(await Promise.all([...many, few, last])).toEqual(["1", "2", "3", "few", "last"]);
    expect(works.runningMax).toBe(3);
  });

  test("the oldest call goes first, whenever its files come into line", async () => {
    const [slots, works] = [new ConnectionSlots(), new Works()];
    const first = slots.hold("a", 1, 1, works.start("1a"));
    const later = ["2a", "2b"].map((name) => slots.hold("a", 1, 2, works.start(name)));
    const same = slots.hold("a", 1, 1, works.start("1b"));
    for (let n = 0; n < 4; n++) await works.endOne();
    await Promise.all([first, ...later, same]);
    expect(works.begun).toEqual(["1a", "1b", "2a", "2b"]);
  });
});
