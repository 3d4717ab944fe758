// Child process: crowds of viewers of segments, away from what they measure. Started by viewers.ts.

import { serveCalls } from "../child-calls.ts";
import { readSteadyMs, sleepMs, sleepUntil } from "../live/clock.ts";
import { startLagMeter } from "../live/lag-meter.ts";
import { type BodyResult, BodyWire } from "./body-wire.ts";
import { playLive } from "./live-viewer.ts";
import { toSegmentBody, toSegmentName } from "./segment-bytes.ts";
import type { CrowdOptions, LiveViewersOptions, StreamCounts, StreamOptions } from "./viewers.ts";

const TIMEOUT_MS = 20_000;
const HEADERS = "accept: */*\r\nuser-agent: player\r\n";
/** Time for the last of a crowd to get ready. */
const READY_MS = 50;

const lag = startLagMeter();

function ask(wire: BodyWire, path: string, want: Buffer | null): Promise<BodyResult> {
  return new Promise((resolve) => wire.get(path, HEADERS, want, resolve));
}

serveCalls({
  async crowd({ urls, path, lengthBytes, count, spreadMs }: CrowdOptions) {
    const want = toSegmentBody(toSegmentName(path), lengthBytes).bytes;
    const wires = Array.from(
      { length: count },
      (_, at) => new BodyWire(urls[at % urls.length] ?? "", TIMEOUT_MS),
    );
    await Promise.all(wires.map((wire) => wire.open()));
    const startMs = readSteadyMs() + READY_MS;
    const results = await Promise.all(
      wires.map(async (wire, at) => {
        await sleepUntil(startMs + (at * spreadMs) / count);
        return await ask(wire, path, want);
      }),
    );
    for (const wire of wires) wire.close();
    return results;
  },
  async stream(options: StreamOptions): Promise<StreamCounts> {
    const { urls, paths, lengthBytes, connections, lastsMs, countMax, compares, pauseMs } = options;
    const startedMs = readSteadyMs();
    const faults: Record<string, number> = {};
    let [asked, count, bytes] = [0, 0, 0];
    const runOne = async (at: number) => {
      const wire = new BodyWire(urls[at % urls.length] ?? "", TIMEOUT_MS);
      while (readSteadyMs() < startedMs + lastsMs && asked < countMax) {
        const path = paths[asked % paths.length] ?? "";
        asked += 1;
        const want = compares ? toSegmentBody(toSegmentName(path), lengthBytes).bytes : null;
        const result = await ask(wire, path, want);
        count += 1;
        bytes += result.bodyBytes;
        const isShort = result.fault === null && result.bodyBytes !== lengthBytes;
        const fault = result.fault === "status" ? `status ${result.status}` : result.fault;
        const word = isShort ? "length" : fault;
        if (word !== null) faults[word] = (faults[word] ?? 0) + 1;
        if (pauseMs > 0) await sleepMs(pauseMs);
      }
      wire.close();
    };
    await Promise.all(Array.from({ length: connections }, (_, at) => runOne(at)));
    return { count, bytes, tookMs: readSteadyMs() - startedMs, faults };
  },
  live: (options: LiveViewersOptions) => playLive(options),
  lag: (fromMs: number, toMs: number) => lag.report(fromMs, toMs),
});
