// What a repeated POST gets (draft-ietf-httpapi-idempotency-key-header-07). A caller whose
// connection broke does not know whether its order was taken; it sends the same request with the
// same key again and gets the first answer instead of a second effect.
//
//   key   request  first one          answer
//   new   any      -                  it is done
//   same  same     done               the first answer again
//   same  same     still running      409: wait for it (section 2.6)
//   same  other    any                422: a key belongs to one request (section 2.6)
//
// Keys belong to a caller: two callers may use the same one. It does NOT undo or find out what a
// request did whose worker died in the middle: after a minute the key is free again, and the audit
// shows the first try as unfinished.

/** How long an answer is kept; longer than any sensible retry. */
export const KEY_KEPT_MS = 86_400_000;
/** A request that has not ended after this has died: the platform allows it less. */
export const KEY_LEASE_MS = 60_000;
const KEY_CHARS_MAX = 255;

/** What was answered, kept word by word. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface KeyRecord {
  /** Of method, target and body. */
  readonly fingerprint: string;
  readonly atMs: number;
  /** Null while it runs. */
  readonly answer: KeptAnswer | null;
}

export type KeyVerdict =
  | { readonly kind: "go" }
  | { readonly kind: "repeat"; readonly answer: KeptAnswer }
  | { readonly kind: "other-request" }
  | { readonly kind: "running" };

const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/;
const BARE = /^[A-Za-z0-9._~:+/=-]+$/;

/**
 * Reads the header: a structured string (RFC 9651), or the bare word that most clients send. Null:
 * neither, empty or too long.
 */
export function parseIdempotencyKey(header: string): string | null {
  const text = header.trim();
  const quoted = QUOTED.exec(text)?.[1]?.replace(/\\(.)/g, "$1");
  const key = quoted ?? (BARE.test(text) ? text : null);
  return key !== null && key.length <= KEY_CHARS_MAX ? key : null;
}

/** Decides about a request that carries a key; `record` is what the key is known for. */
export function decideKey(
  record: KeyRecord | null,
  fingerprint: string,
  nowMs: number,
): KeyVerdict {
  if (record === null) return { kind: "go" };
  const ageMs = nowMs - record.atMs;
  if (ageMs > KEY_KEPT_MS || (record.answer === null && ageMs > KEY_LEASE_MS))
    return { kind: "go" };
  if (record.fingerprint !== fingerprint) return { kind: "other-request" };
  return record.answer === null ? { kind: "running" } : { kind: "repeat", answer: record.answer };
}
