// The production shim: makes a local workerd as strict as Cloudflare's network is, for scenarios,
// drills and the live bench. It wraps what the platform hands to a worker (environment, context,
// fetch, caches, object classes) and leaves the workers' own code untouched.
//
// What it does:
//   connections  the 7th request that waits for its headers queues, per object or invocation
//   distance     calls to objects take 2, 30 or 150 ms there and back, by region
//   eviction     idle objects are thrown out of memory at random (seeded)
//   vanishing    GET /_shim/vanish?object={name} on the first edge: that object neither answers nor
//                calls any more, as if its machine were cut off; /_shim/return ends it
//   restart      GET /_shim/restart?object={name}: that object is gone from memory at its next
//                call, whatever it does; its storage is left. No name: those still to be
//   slow disk    GET /_shim/slow?object={name}&ms={n}: every answer and every call of that object
//                waits so long for its writes; 0 ends it
//   hot tier     GET /_shim/hot-tier?mode=fail|hang|off|ok on an edge: R2 refuses, never answers,
//                finds and keeps nothing, or works, for that edge and the objects beside it
//   cache fault  GET /_shim/cache?fault=throw|hang|none on an edge: what its Cache API does from
//                now on
//   cache loss   GET /_shim/forget?path={path} on an edge: its Cache API has lost that path, as if
//                others had needed the room, until it is put again
//   cut off      a request with the header x-shim-cut-ms is ended by the platform after so long,
//                with its connection, its timers and its waitUntil, as one that uses too much
//   collect      GET /_shim/collect on a worker: what nobody holds is thrown out of its memory now,
//                if workerd was started with --expose-gc
//   waitUntil    work that goes on for 30 s after its call is reported as cut off
//   caches       one per region (the workers do that themselves through WEIR_CACHE_PARTITION)
//
// Gaps against the real thing:
//   - work past 30 s is reported and counted, but not really cancelled: workerd gives no way to;
//   - an evicted object loses its memory at once, while in production a code update gives it 30 s;
//   - distance is a fixed delay, without loss, jitter or bandwidth, and origins are not delayed;
//   - one process: no machine fails on its own, all clocks agree, and Date.now() moves during CPU;
//   - tiered caching and per-isolate duplicates of one worker are not simulated; Workers Cache only
//     on demand, with gaps of its own (workers-cache.ts).

import { AsyncLocalStorage } from "node:async_hooks";
import { type Bucket, setHotTierMode, shimBucket } from "./hot-tier.ts";

export interface ShimOptions {
  readonly seed: number;
  /** Requests that may wait for headers at once, per object or invocation. */
  readonly headerWaitsMax: number;
  /** Longest work after a call, milliseconds. */
  readonly waitUntilMsMax: number;
  /** Chance that an object is evicted when a call leaves it idle, 0 to 1. */
  readonly evictionChance: number;
  /** Whether the platform offers Workers Cache; see workers-cache.ts. */
  readonly workersCache: boolean;
  /** Round trip to an object, milliseconds. */
  readonly distanceMs: { readonly near: number; readonly continent: number; readonly far: number };
}

export const SHIM_OPTIONS: ShimOptions = {
  seed: 1,
  headerWaitsMax: 6,
  waitUntilMsMax: 30_000,
  evictionChance: 0.02,
  workersCache: false,
  distanceMs: { near: 2, continent: 30, far: 150 },
};

/** Options from the binding WEIR_SHIM, a JSON text laid over the defaults. */
export function readShimOptions(env: object): ShimOptions {
  const text: unknown = Reflect.get(env, "WEIR_SHIM");
  const given = typeof text === "string" ? (JSON.parse(text) as Partial<ShimOptions>) : {};
  return { ...SHIM_OPTIONS, ...given };
}

/** Lets a bounded number of waits through at once; the others queue in order. */
export class Slots {
  readonly #max: number;
  readonly #queue: (() => void)[] = [];
  #taken = 0;

  constructor(max: number) {
    this.#max = max;
  }

  async hold<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken >= this.#max) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#taken += 1;
    try {
      return await work();
    } finally {
      this.#taken -= 1;
      this.#queue.shift()?.();
    }
  }
}

const invocation = new AsyncLocalStorage<Slots>();

/** Runs `work` as one invocation (or inside one object) with its own connection slots. */
export function runInvocation<T>(slots: Slots, work: () => T): T {
  return invocation.run(slots, work);
}

const CONTINENT: Readonly<Record<string, string>> = {
  wnam: "america",
  enam: "america",
  sam: "america",
  weur: "europe",
  eeur: "europe",
  me: "europe",
  afr: "africa",
  apac: "asia",
  oc: "asia",
};
/** Where objects stand that are not named after a region. */
const HOME = "enam";

/** Round trip between two places, milliseconds. */
export function toDistanceMs(from: string, to: string, options: ShimOptions): number {
  const [a, b] = [toPlace(from), toPlace(to)];
  if (a === b) return options.distanceMs.near;
  return CONTINENT[a] === CONTINENT[b] ? options.distanceMs.continent : options.distanceMs.far;
}

/** Objects stand in the region that they are named after ("...@{region}/{shard}"), or at home. */
function toPlace(name: string): string {
  const region = /@([a-z]+)\/\d+$/.exec(name)?.[1] ?? name;
  return region in CONTINENT ? region : HOME;
}

interface Named {
  getByName(name: string, options?: object): object;
}

const vanished = new Set<string>();
/** Longer than any test. */
const NEVER_MS = 3_600_000;

/** Waits for ever if the object of this name has vanished. */
export async function vanish(name: string): Promise<void> {
  if (vanished.has(name)) await sleep(NEVER_MS);
}

const slow = new Map<string, number>();
const restarts = new Set<string>();

/** Waits as the platform does before anything leaves an object whose writes are not on disk yet. */
export async function waitForDisk(name: string): Promise<void> {
  if (slow.has(name)) await sleep(slow.get(name) ?? 0);
}

/** Whether the object of this name is to be thrown out now; says so once. */
export function isToRestart(name: string): boolean {
  return restarts.delete(name);
}

/** Answers the shim's own places; null for everybody else's. */
export function serveShim(url: URL): Response | null {
  if (url.pathname === "/_shim/cache") {
    cacheFault = url.searchParams.get("fault") ?? "none";
    return new Response(`${cacheFault}\n`);
  }
  if (url.pathname === "/_shim/forget") {
    forgotten.add(url.searchParams.get("path") ?? "");
    return new Response(`${[...forgotten].join("\n")}\n`);
  }
  if (url.pathname === "/_shim/collect") {
    const collect: unknown = Reflect.get(globalThis, "gc");
    if (typeof collect === "function") collect();
    return new Response(`${typeof collect === "function"}\n`);
  }
  const name = url.searchParams.get("object") ?? "";
  if (url.pathname === "/_shim/hot-tier") {
    return new Response(`${setHotTierMode(url.searchParams.get("mode") ?? "ok")}\n`);
  }
  if (url.pathname === "/_shim/slow") slow.set(name, Number(url.searchParams.get("ms")));
  else if (url.pathname === "/_shim/restart") {
    if (name !== "") restarts.add(name);
    return new Response(`${[...restarts].join("\n")}\n`);
  } else if (url.pathname === "/_shim/vanish") vanished.add(name);
  else if (url.pathname === "/_shim/return") vanished.delete(name);
  else return null;
  return new Response(`${[...vanished].join("\n")}\n`);
}

/** The environment with every object namespace at its distance. */
export function shimEnv<Env extends object>(
  env: Env,
  place: string,
  options: ShimOptions,
  self = "",
): Env {
  return new Proxy(env, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key === "HOT_TIER" && value !== undefined) return shimBucket(value as Bucket);
      return isNamespace(value) ? shimNamespace(value, place, options, self) : value;
    },
  });
}

function isNamespace(value: unknown): value is Named {
  // Other bindings are RPC stubs, which claim to have every property.
  return value?.constructor?.name === "DurableObjectNamespace";
}

function shimNamespace(namespace: Named, place: string, options: ShimOptions, self: string): Named {
  return {
    getByName(name, hints) {
      const stub = namespace.getByName(name, hints);
      const halfMs = toDistanceMs(place, name, options) / 2;
      return new Proxy(stub, {
        get(target, key) {
          const member: unknown = Reflect.get(target, key);
          if (typeof member !== "function") return member;
          return async (...words: unknown[]) => {
            await vanish(self);
            await waitForDisk(self);
            await sleep(halfMs);
            const answer: unknown = await Reflect.apply(member, target, words);
            await sleep(halfMs);
            return answer;
          };
        },
      });
    },
  };
}

interface Waiting {
  waitUntil(work: Promise<unknown>): void;
}

/** The context with a waitUntil that notices work which production would have cut off. */
export function shimContext<Context extends Waiting>(
  context: Context,
  options: ShimOptions,
): Context {
  return new Proxy(context, {
    get(target, key) {
      if (key === "waitUntil") {
        return (work: Promise<unknown>) => target.waitUntil(watch(work, options));
      }
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function watch(work: Promise<unknown>, options: ShimOptions): Promise<void> {
  const startedAtMs = Date.now();
  await work.catch(() => undefined);
  const tookMs = Date.now() - startedAtMs;
  if (tookMs > options.waitUntilMsMax) {
    console.error(`shim: work after its call took ${tookMs} ms; production cuts it off`);
  }
}

let installed = false;

/** Puts the connection slots in front of fetch and the caches of this isolate. Once. */
export function installConnections(): void {
  if (installed) return;
  installed = true;
  const realFetch = globalThis.fetch;
  globalThis.fetch = ((...words: Parameters<typeof fetch>) =>
    held(() => realFetch(...words))) as typeof fetch;
  const realMatch = Cache.prototype.match;
  Cache.prototype.match = function (...words) {
    if (forgotten.has(toPath(words[0]))) return Promise.resolve(undefined);
    return failCache() ?? held(() => realMatch.apply(this, words));
  };
  const realPut = Cache.prototype.put;
  Cache.prototype.put = function (...words) {
    forgotten.delete(toPath(words[0]));
    return failCache() ?? realPut.apply(this, words);
  };
}

let cacheFault = "none";
/** Paths that the caches of this isolate have lost. */
const forgotten = new Set<string>();

function toPath(request: RequestInfo | URL): string {
  return new URL(request instanceof Request ? request.url : request).pathname;
}

/** What an ill cache does in place of its work; null while it is well. */
function failCache(): Promise<never> | null {
  if (cacheFault === "throw") return Promise.reject(new Error("shim: the cache is ill"));
  return cacheFault === "hang" ? sleep(NEVER_MS).then(() => Promise.reject()) : null;
}

/** A wait for headers: the slot is free again as soon as they are there. */
function held<T>(work: () => Promise<T>): Promise<T> {
  const slots = invocation.getStore();
  return slots === undefined ? work() : slots.hold(work);
}

export function sleep(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
