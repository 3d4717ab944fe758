// Warms a region: asks for files over the edge's own delivery path there, then asks again and
// looks whether the second answer came from the cache. It writes no cache itself; what it says is
// what a viewer would have got. The claim is about the data centre in which it runs.

import { DurableObject } from "cloudflare:workers";
import type { Explanation } from "../core/contract/explain.ts";
import type { SeenPlaylist, WarmAgentApi } from "../core/contract/objects.ts";
import type { WarmFailure, WarmResult, WarmTarget } from "../core/contract/warming.ts";
import { readClockMs, sleep } from "../platform/clock.ts";
import type { Env } from "./env.ts";

/** Files under way at once: the platform lets six requests wait for headers. */
const CONCURRENT_MAX = 4;
/** A file is stored within milliseconds of its last byte, if it is stored at all. */
const READ_BACKS_MAX = 4;
const READ_BACK_MS = 50;
const PLAYLIST_CHARS_MAX = 16 * 1024 * 1024;

interface Read {
  readonly status: number;
  readonly isHit: boolean;
  readonly etag: string | null;
  readonly lengthBytes: number;
}

export class WarmAgent extends DurableObject<Env> implements WarmAgentApi {
  async readPlaylist(target: WarmTarget): Promise<SeenPlaylist> {
    const response = await this.#fetch(target);
    const text = await response.text();
    return { status: response.status, text: text.slice(0, PLAYLIST_CHARS_MAX) };
  }

  /** See explain.ts: the region's own word on a viewer URL. */
  explain(target: string): Promise<Explanation> {
    const region = this.ctx.id.name ?? "";
    return this.ctx.exports.Delivery({ props: { region, cause: "viewer" } }).explain(target);
  }

  async warm(targets: readonly WarmTarget[]): Promise<readonly WarmResult[]> {
    const results: WarmResult[] = [];
    const queue = targets.map((target, index) => ({ target, index }));
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        results[next.index] = await this.#warmOne(next.target);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT_MAX }, work));
    return results;
  }

  async #warmOne(target: WarmTarget): Promise<WarmResult> {
    const startedAtMs = readClockMs();
    const first = await this.#read(target);
    // The fill is stored behind the first answer; the read-back waits for it like any viewer.
    const second = first?.status === 200 ? await this.#readBack(target) : null;
    const failure = decideWarmFailure(first, second);
    return {
      target,
      region: this.ctx.id.name ?? "",
      warm: failure === null,
      failure,
      tier: second?.isHit ? "edge-cache" : "none",
      status: second?.status ?? first?.status ?? 0,
      etag: second?.etag ?? first?.etag ?? null,
      lengthBytes: second?.lengthBytes ?? first?.lengthBytes ?? null,
      wasWarm: first?.isHit ?? false,
      tookMs: readClockMs() - startedAtMs,
    };
  }

  /** A viewer who comes while the file is still being stored joins the fill: no proof yet. */
  async #readBack(target: WarmTarget): Promise<Read | null> {
    for (let tries = 1; ; tries++) {
      const read = await this.#read(target);
      if (read?.isHit !== false || tries === READ_BACKS_MAX) return read;
      await sleep(READ_BACK_MS);
    }
  }

  async #read(target: WarmTarget): Promise<Read | null> {
    try {
      const response = await this.#fetch(target);
      let lengthBytes = 0;
      const count = new WritableStream<Uint8Array>({
        write(chunk) {
          lengthBytes += chunk.byteLength;
        },
      });
      await response.body?.pipeTo(count);
      return {
        status: response.status,
        isHit: /(^|,\s*)weir; hit/.test(response.headers.get("cache-status") ?? ""),
        etag: response.headers.get("etag"),
        lengthBytes,
      };
    } catch {
      return null;
    }
  }

  #fetch(target: WarmTarget): Promise<Response> {
    const region = this.ctx.id.name ?? "";
    const delivery = this.ctx.exports.Delivery({ props: { region, cause: "preload" } });
    return delivery.fetch(`https://${this.env.WEIR_CACHE_HOST}/${target.channel}/${target.path}`);
  }
}

/** Compares the fill with the read-back; null means warm. */
function decideWarmFailure(first: Read | null, second: Read | null): WarmFailure | null {
  if (first === null) return "unreachable";
  if (first.status !== 200) return "refused";
  if (second === null || second.status !== 200) return "unreachable";
  if (!second.isHit) return "not-cached";
  if (first.etag !== second.etag) return "validator-mismatch";
  return first.lengthBytes === second.lengthBytes ? null : "length-mismatch";
}
