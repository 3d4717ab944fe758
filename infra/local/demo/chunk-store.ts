// S3 chunk storage as the packager sees it: put, head, list and remove, with SigV4 by aws4fetch.
//
// Every put carries Content-MD5, so storage refuses a body that was damaged on the way. Bodies are
// small and whole. Failures are values with the status and S3's own error code, because the caller
// decides about retries: `again` says whether a second try can help. Path-style addressing.
// It is no general S3 client: keys are plain ASCII, and objects are a few hundred kilobytes.

import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";

export interface ChunkStorage {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region?: string;
}

export interface ChunkObject {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lower-case hex. */
  readonly md5: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

export interface StoreFailure {
  readonly kind: "failed";
  readonly why: string;
  readonly again: boolean;
}

export type StoreResult<Value> = { readonly kind: "ok"; readonly value: Value } | StoreFailure;

/** What storage says about an object; undefined where there is none. */
export type ChunkHead = { readonly byteSize: number; readonly etag: string } | undefined;

export interface ChunkStore {
  readonly put: (key: string, object: ChunkObject) => Promise<StoreResult<void>>;
  readonly head: (key: string) => Promise<StoreResult<ChunkHead>>;
  /** All at once, at most `REMOVE_KEYS_MAX`; keys that are not there count as removed. */
  readonly remove: (keys: readonly string[]) => Promise<StoreResult<void>>;
  /** All keys below a prefix, at most `LIST_KEYS_MAX`. */
  readonly list: (prefix: string) => Promise<StoreResult<readonly string[]>>;
}

/** A request to storage on the same machine or in the same region is over long before this. */
const REQUEST_MS_MAX = 10_000;
const LIST_KEYS_MAX = 20_000;
/** What one DeleteObjects request may name. */
export const REMOVE_KEYS_MAX = 1_000;

export function makeChunkStore(storage: ChunkStorage, stopped: AbortSignal): ChunkStore {
  const root = `${storage.endpoint.replace(/\/+$/, "")}/${storage.bucket}`;
  const send = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<StoreResult<Response>> => {
    try {
      const signer = new AwsV4Signer({
        method,
        url: `${root}${path}`,
        headers,
        ...(body ? { body } : {}),
        accessKeyId: storage.accessKeyId,
        secretAccessKey: storage.secretAccessKey,
        service: "s3",
        region: storage.region ?? "auto",
      });
      const signed = await signer.sign();
      const signal = AbortSignal.any([stopped, AbortSignal.timeout(REQUEST_MS_MAX)]);
      const init = { method, headers: signed.headers, signal, ...(body ? { body } : {}) };
      return { kind: "ok", value: await fetch(signed.url, init) };
    } catch (error) {
      return { kind: "failed", why: printError(error), again: !stopped.aborted };
    }
  };
  return {
    put: async (key, object) => {
      const headers = {
        "content-type": object.contentType,
        "content-md5": Buffer.from(object.md5, "hex").toString("base64"),
        "cache-control": object.cacheControl,
      };
      return finish(await send("PUT", `/${key}`, headers, object.bytes), `PUT ${key}`);
    },
    head: async (key) => {
      const reply = await send("HEAD", `/${key}`);
      if (reply.kind === "failed") return reply;
      const { status, headers } = reply.value;
      if (status === 404) return { kind: "ok", value: undefined };
      if (status !== 200) return await toFailure(reply.value, `HEAD ${key}`);
      const etag = (headers.get("etag") ?? "").replaceAll('"', "");
      return { kind: "ok", value: { byteSize: Number(headers.get("content-length")), etag } };
    },
    remove: async (keys) => {
      const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`).join("");
      const body = Buffer.from(`<Delete><Quiet>true</Quiet>${objects}</Delete>`);
      const md5 = createHash("md5").update(body).digest("base64");
      const headers = { "content-type": "application/xml", "content-md5": md5 };
      return finish(await send("POST", "?delete", headers, body), `delete ${keys.length} objects`);
    },
    list: (prefix) => listKeys(send, prefix),
  };
}

type Send = (method: string, path: string) => Promise<StoreResult<Response>>;

async function listKeys(send: Send, prefix: string): Promise<StoreResult<readonly string[]>> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const query = new URLSearchParams({ "list-type": "2", prefix });
    if (token !== undefined) query.set("continuation-token", token);
    const reply = await send("GET", `?${query}`);
    if (reply.kind === "failed") return reply;
    if (reply.value.status !== 200) return await toFailure(reply.value, `list ${prefix}`);
    const text = await reply.value.text();
    for (const [, key] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) keys.push(key ?? "");
    token = /<NextContinuationToken>([^<]+)</.exec(text)?.[1];
  } while (token !== undefined && keys.length < LIST_KEYS_MAX);
  return { kind: "ok", value: keys };
}

async function finish(reply: StoreResult<Response>, what: string): Promise<StoreResult<void>> {
  if (reply.kind === "failed") return reply;
  if (!reply.value.ok) return await toFailure(reply.value, what);
  // An unread body would keep the connection busy.
  await reply.value.body?.cancel();
  return { kind: "ok", value: undefined };
}

async function toFailure(response: Response, what: string): Promise<StoreFailure> {
  const text = await response.text().catch(() => "");
  const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? response.statusText;
  const again = response.status >= 500 || response.status === 429 || response.status === 408;
  return { kind: "failed", why: `${what}: ${response.status} ${code}`.trim(), again };
}

function printError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node's fetch hides the reason ("connect ECONNREFUSED") in the cause.
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
