// Uploading many objects: a bounded number at once, each with a few tries.
//
// The packager and the VOD upload share this. The first failure that stays ends the whole upload,
// because a playlist may only show a segment whose every rendition is in storage. A retry waits a
// little longer each time; a refusal that a second try cannot change (403, say) is not retried.
// It does not know which objects belong together and never deletes.

import { setTimeout as pause } from "node:timers/promises";
import type { ChunkObject, ChunkStore, StoreResult } from "./chunk-store.ts";

export interface Upload {
  readonly key: string;
  /** Asked for only when its turn comes, so that a long list does not fill the memory. */
  readonly object: () => ChunkObject;
}

export interface UploadRules {
  readonly concurrencyMax: number;
  readonly tryCountMax: number;
  /** The wait before the second try, in ms; it doubles with each further one. */
  readonly pauseMs: number;
}

export const UPLOAD_RULES: UploadRules = { concurrencyMax: 6, tryCountMax: 3, pauseMs: 200 };

/** Waits without keeping the process alive; returns at once when stopped. */
export async function waitUnless(stopped: AbortSignal, ms: number): Promise<void> {
  await pause(ms, undefined, { ref: false, signal: stopped }).catch(() => undefined);
}

/** Runs a task for each item, a bounded number at once, until one fails. */
export async function runBounded<Item>(
  items: readonly Item[],
  concurrencyMax: number,
  task: (item: Item) => Promise<StoreResult<void>>,
): Promise<StoreResult<void>> {
  const queue = items.values();
  let outcome: StoreResult<void> = { kind: "ok", value: undefined };
  const work = async () => {
    // The iterator is shared: each worker takes the next item that nobody took.
    for (const item of queue) {
      if (outcome.kind === "failed") return;
      const result = await task(item);
      if (result.kind === "failed") outcome = result;
    }
  };
  const workerCount = Math.min(concurrencyMax, items.length);
  await Promise.all(Array.from({ length: workerCount }, work));
  return outcome;
}

export async function tryAgain<Value>(
  rules: UploadRules,
  stopped: AbortSignal,
  attempt: () => Promise<StoreResult<Value>>,
): Promise<StoreResult<Value>> {
  for (let tries = 1; ; tries += 1) {
    const result = await attempt();
    if (result.kind === "ok" || !result.again || tries >= rules.tryCountMax) return result;
    await waitUnless(stopped, rules.pauseMs * 2 ** (tries - 1));
    if (stopped.aborted) return result;
  }
}

export function uploadAll(
  store: ChunkStore,
  uploads: readonly Upload[],
  stopped: AbortSignal,
  rules: UploadRules = UPLOAD_RULES,
): Promise<StoreResult<void>> {
  return runBounded(uploads, rules.concurrencyMax, ({ key, object }) =>
    tryAgain(rules, stopped, () => store.put(key, object())),
  );
}
