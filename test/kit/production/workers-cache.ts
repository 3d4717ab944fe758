// Workers Cache, emulated: the local runtime ignores the setting, so under the shim's option
// `workersCache` the entrypoint CachedFile gets a cache in front of it here.
//
// What it does: keeps 200s for max-age, by path and query, whatever the host, method or headers;
// collapses callers of one key; strips Range and cuts it from the stored body; 416 beyond the end;
// HIT, MISS or BYPASS in Cf-Cache-Status; `ctx.cache.purge` is there, as the mark of the feature.
//
// Gaps against the real thing:
//   - one tier: each edge worker is a data centre of its own, and there is no upper one;
//   - bodies are read whole before anybody gets a byte, where the real one streams to all;
//   - a caller that waits for another one's miss looks every few milliseconds;
//   - no stale-while-revalidate or stale-if-error, no Vary, no tags, no revalidation by ETag, no
//     version in the key; purge does nothing; nothing is evicted; bodies are in isolate memory.

interface Kept {
  readonly headers: readonly (readonly [string, string])[];
  readonly bytes: Uint8Array;
  readonly untilMs: number;
}

interface Entrypoint {
  fetch(request: Request): Promise<Response>;
}

const kept = new Map<string, Kept>();
const filling = new Set<string>();

const LOOK_MS = 5;
/** A caller whose leader was cut off leads itself. */
const LOOKS_MAX = 2_000;

/** The context as a worker with Workers Cache sees it. */
export function withWorkersCache<Context extends object>(context: Context): Context {
  return new Proxy(context, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key === "cache") return { purge: async () => ({ success: true, errors: [] }) };
      if (key === "exports") return withCachedFile(value as object);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function withCachedFile(exports: object): object {
  return new Proxy(exports, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key !== "CachedFile" || typeof value !== "function") return value;
      return (options: object) => {
        const entrypoint = Reflect.apply(value, target, [options]) as Entrypoint;
        return { fetch: (request: Request) => serve(request, entrypoint) };
      };
    },
  });
}

async function serve(request: Request, entrypoint: Entrypoint): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const key = pathname + search;
  for (let looks = 0; filling.has(key) && looks < LOOKS_MAX; looks++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const held = kept.get(key);
  if (held !== undefined && Date.now() < held.untilMs) return answer(request, held, "HIT");
  filling.add(key);
  try {
    const response = await entrypoint.fetch(new Request(request.url));
    const maxAge = /max-age=(\d+)/.exec(response.headers.get("cache-control") ?? "")?.[1];
    if (response.status !== 200 || maxAge === undefined || maxAge === "0") {
      const headers = new Headers(response.headers);
      headers.set("cf-cache-status", "BYPASS");
      return new Response(response.body, { status: response.status, headers });
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    const untilMs = Date.now() + Number(maxAge) * 1_000;
    const fresh: Kept = { headers: [...response.headers], bytes, untilMs };
    kept.set(key, fresh);
    return answer(request, fresh, "MISS");
  } finally {
    filling.delete(key);
  }
}

function answer(request: Request, { headers, bytes }: Kept, status: string): Response {
  const fields = new Headers(headers as [string, string][]);
  fields.set("cf-cache-status", status);
  const asked = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("range") ?? "");
  if (asked === null) return new Response(bytes, { headers: fields });
  const [first = "", last = ""] = asked.slice(1);
  const length = bytes.byteLength;
  const start = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? length - 1 : Math.min(Number(last), length - 1);
  if (start >= length) return new Response(null, { status: 416 });
  fields.set("content-range", `bytes ${start}-${end}/${length}`);
  return new Response(bytes.subarray(start, end + 1), { status: 206, headers: fields });
}
