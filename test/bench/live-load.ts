// Child process: asks one server for one thing as fast as a few connections allow. Started by
// live-cpu.ts, which looks at the server's CPU time meanwhile; how fast it went is not the point.

import { serveCalls } from "../kit/child-calls.ts";
import { readSteadyMs } from "../kit/live/clock.ts";
import { Wire, type WireResult } from "../kit/players/wire.ts";

export interface LoadOptions {
  readonly url: string;
  readonly path: string;
  /** Asked in turn, over and over, in place of `path`. */
  readonly paths?: readonly string[];
  /** Header lines, each with its line end. */
  readonly headers: string;
  /** Asks with the ETag of the newest answer in If-None-Match. */
  readonly conditional: boolean;
  readonly connections: number;
  readonly lastsMs: number;
}

export interface LoadCounts {
  readonly ok: number;
  readonly notModified: number;
  readonly failed: number;
}

const TIMEOUT_MS = 10_000;

serveCalls({
  async run(options: LoadOptions): Promise<LoadCounts> {
    const counts = { ok: 0, notModified: 0, failed: 0 };
    const untilMs = readSteadyMs() + options.lastsMs;
    let etag: string | null = null;
    let asked = 0;
    const toPath = () => {
      const { path, paths } = options;
      asked += 1;
      return paths?.[asked % paths.length] ?? path;
    };
    const note = (result: WireResult) => {
      if (result.status === 200) counts.ok += 1;
      else if (result.status === 304) counts.notModified += 1;
      else counts.failed += 1;
      if (options.conditional && result.status === 200 && "head" in result) {
        etag = /\r\netag: *(.+)/i.exec(result.head)?.[1] ?? null;
      }
    };
    const runOne = () =>
      new Promise<void>((resolve) => {
        const wire = new Wire(options.url, TIMEOUT_MS);
        const next = () => {
          const condition = etag === null ? "" : `if-none-match: ${etag}\r\n`;
          wire.get(toPath(), options.headers + condition, (result) => {
            note(result);
            if (readSteadyMs() < untilMs) return next();
            wire.close();
            resolve();
          });
        };
        next();
      });
    await Promise.all(Array.from({ length: options.connections }, runOne));
    return counts;
  },
});
