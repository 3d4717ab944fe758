// Warms a region: asks for files over the edge's own delivery path there, then asks again and tells
// what it saw both times. It writes no cache itself and judges nothing; what it saw is what a
// viewer would have got, and core/warm/proof.ts says what that proves. The claim is about the data
// centre in which it runs.

import { DurableObject } from "cloudflare:workers";
import type { Explanation } from "../core/contract/explain.ts";
import { acceptsContract } from "../core/contract/message.ts";
import type { SeenPlaylist, WarmAgentApi } from "../core/contract/objects.ts";
import type {
  Sighting,
  WarmedFile,
  WarmReport,
  WarmTarget,
  WarmWork,
} from "../core/contract/warming.ts";
import { readClockMs, sleep, within } from "../platform/clock.ts";
import { readMd5 } from "../platform/digest.ts";
import { ConnectionSlots } from "./connection-slots.ts";
import type { Env } from "./env.ts";

/** Files of a channel under way at once, by all calls. */
const CONNECTIONS_MAX = 6;
/** A file is stored within milliseconds of its last byte, if it is stored at all. */
const READ_BACKS_MAX = 4;
const READ_BACK_MS = 50;
/** A body that takes longer than this is as good as broken off. */
const READ_MS_MAX = 30_000;
const TRACE_MS_MAX = 1_000;
const PLAYLIST_CHARS_MAX = 16 * 1024 * 1024;
const WORDS_CHARS_MAX = 500;

/** Of no bytes. */
const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";

const NO_ANSWER: Sighting = {
  status: 0,
  isHit: false,
  detail: null,
  words: null,
  isBroken: false,
  etag: null,
  lengthBytes: 0,
  md5: null,
  version: null,
  ageSeconds: null,
};

export class WarmAgent extends DurableObject<Env> implements WarmAgentApi {
  /** An object does not move while it lives. */
  #dataCentre: string | null = null;
  readonly #slots = new ConnectionSlots();
  #calls = 0;

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

  async work(work: WarmWork): Promise<WarmReport> {
    if (!acceptsContract(work.contract)) throw new Error(`contract ${work.contract}`);
    const { channel, paths, delayMs, spacingMs } = work;
    const connections = Math.min(CONNECTIONS_MAX, Math.max(1, work.connections ?? CONNECTIONS_MAX));
    const firstAtMs = readClockMs() + delayMs;
    const turn = ++this.#calls;
    const seen: Promise<WarmedFile>[] = [];
    const queue = [...paths.entries()];
    const serve = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, path] = next;
        const waitMs = firstAtMs + spacingMs * index - readClockMs();
        if (waitMs > 0) await sleep(waitMs);
        const read = () => this.#read({ channel, path });
        const first = await this.#slots.hold(channel, connections, turn, read);
        // The cache is asked beside the line: the connections to the origins need not wait for it.
        seen[index] = this.#see(work, path, first);
      }
    };
    const lanes = Array.from({ length: connections }, serve);
    const [adapter, dataCentre] = await Promise.all([this.#delivery().adapter(), this.#place()]);
    await Promise.all(lanes);
    return { adapter, dataCentre, files: await Promise.all(seen) };
  }

  async #see({ mode, channel }: WarmWork, path: string, first: Sighting): Promise<WarmedFile> {
    const isRead = mode === "warm" && first.status === 200 && !first.isBroken;
    return { path, first, second: isRead ? await this.#readBack({ channel, path }) : null };
  }

  /** A viewer who comes while the file is still being stored joins the fill: no proof yet. */
  async #readBack(target: WarmTarget): Promise<Sighting> {
    for (let tries = 1; ; tries++) {
      const seen = await this.#read(target);
      if (seen.isHit || seen.status !== 200 || tries === READ_BACKS_MAX) return seen;
      await sleep(READ_BACK_MS * tries);
    }
  }

  async #read(target: WarmTarget): Promise<Sighting> {
    try {
      const response = await this.#fetch(target);
      return response.status === 200 ? await toSeen(response) : await toRefused(response);
    } catch {
      return NO_ANSWER;
    }
  }

  #delivery() {
    const region = this.ctx.id.name ?? "";
    return this.ctx.exports.Delivery({ props: { region, cause: "preload" } });
  }

  #fetch({ channel, path }: WarmTarget): Promise<Response> {
    return this.#delivery().fetch(`https://${this.env.WEIR_CACHE_HOST}/${channel}/${path}`);
  }

  /** Which data centre this is: the platform tells objects nothing, its trace page does. */
  async #place(): Promise<string | null> {
    if (this.#dataCentre !== null) return this.#dataCentre;
    if (this.env.WEIR_REGION !== "") return `local-${this.ctx.id.name ?? ""}`;
    const ask = async () => {
      const page = await fetch(`https://${this.env.WEIR_CACHE_HOST}/cdn-cgi/trace`);
      return /^colo=([A-Z]{3})$/m.exec(await page.text())?.[1] ?? null;
    };
    const told = await within(
      ask().catch(() => null),
      TRACE_MS_MAX,
    );
    this.#dataCentre = told === "late" ? null : told;
    return this.#dataCentre;
  }
}

/** A 200, read to its end. */
async function toSeen(response: Response): Promise<Sighting> {
  const none = { lengthBytes: 0, md5: EMPTY_MD5 };
  const read = response.body === null ? none : await readMd5(response.body, READ_MS_MAX);
  const announced = response.headers.get("content-length");
  const isWhole =
    read.md5 !== null && (announced === null || Number(announced) === read.lengthBytes);
  return { ...toHead(response), ...read, isBroken: !isWhole };
}

async function toRefused(response: Response): Promise<Sighting> {
  const text = (await response.text()).slice(0, WORDS_CHARS_MAX);
  const words = /"detail":"((?:[^"\\]|\\.)*)/.exec(text)?.[1] ?? null;
  return { ...toHead(response), words };
}

function toHead({ status, headers }: Response): Sighting {
  const ours = /(?:^|,\s*)weir\b.*$/.exec(headers.get("cache-status") ?? "")?.[0] ?? "";
  const age = headers.get("age");
  return {
    ...NO_ANSWER,
    status,
    isHit: /weir; hit/.test(ours),
    detail: /; detail="?([^";,]+)/.exec(ours)?.[1] ?? null,
    etag: headers.get("etag"),
    version: headers.get("last-modified"),
    ageSeconds: age === null ? null : Number(age),
  };
}
