// The hot tier's bucket as broken as a scenario wants it. Part of the production shim; its gaps are
// listed in shim.ts. One mode for a whole isolate, and a bucket that "hangs" answers after an hour.

/** Longer than any test. */
const HANG_MS = 3_600_000;

let mode = "ok";

/** What the bucket does from now on: "fail", "hang", "off" or "ok"; says what it is. */
export function setHotTierMode(wanted: string): string {
  mode = wanted;
  return mode;
}

export interface Bucket {
  get(...words: unknown[]): Promise<unknown>;
  head(...words: unknown[]): Promise<unknown>;
  put(name: string, body: ReadableStream, ...words: unknown[]): Promise<unknown>;
}

/** The hot tier's bucket, as broken as the scenario wants it. */
export function shimBucket(bucket: Bucket): Bucket {
  const fault = async (): Promise<unknown> => {
    if (mode === "fail") throw new Error("get: We encountered an internal error (10001)");
    if (mode === "hang") await new Promise((resolve) => setTimeout(resolve, HANG_MS));
    return null;
  };
  return {
    get: (...words) => (mode === "ok" ? bucket.get(...words) : fault()),
    head: (...words) => (mode === "ok" ? bucket.head(...words) : fault()),
    async put(name, body, ...words) {
      if (mode === "ok") return bucket.put(name, body, ...words);
      // The real one reads for a while before it fails.
      if (mode !== "hang") await body.cancel();
      return fault();
    },
  };
}
