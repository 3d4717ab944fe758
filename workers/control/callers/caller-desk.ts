// One object per caller of the API: how fast it may ask, and what its repeated requests get. What
// is decided is in core/api; this keeps the records. A desk per caller, so that a busy script
// stands in nobody's way, and so that keys belong to whoever sent them.

import { DurableObject } from "cloudflare:workers";
import {
  decideKey,
  KEY_KEPT_MS,
  type KeptAnswer,
  type KeyRecord,
  type KeyVerdict,
} from "../../core/api/idempotency.ts";
import { type Bucket, decideRate, parseRateRule } from "../../core/api/rate.ts";
import { readClockMs } from "../../platform/clock.ts";
import type { Env } from "../env.ts";

/** Keys of one caller. More within a day is a loop; the oldest go first. */
const KEYS_MAX = 10_000;
/** Larger answers are not kept; the API has none for what takes a key. */
const ANSWER_CHARS_MAX = 256 * 1024;

export interface CallerDeskApi {
  /** Counts a request: 0, or whole seconds to wait. Counting one twice costs a little patience. */
  admit(): Promise<number>;
  /** Counts a wrong token, in memory alone: how many there were. Twice costs a little patience. */
  countWrong(): Promise<number>;
  /** Takes a key for a request. The same request may claim it twice. */
  claim(key: string, fingerprint: string, requestId: string): Promise<KeyVerdict>;
  /** Keeps the answer; null frees the key. Twice is once. */
  keep(key: string, requestId: string, answer: KeptAnswer | null): Promise<void>;
}

interface Row extends Record<string, SqlStorageValue> {
  readonly fingerprint: string;
  readonly request: string;
  readonly at_ms: number;
  readonly answer: string | null;
}

export class CallerDesk extends DurableObject<Env> implements CallerDeskApi {
  readonly #rule = parseRateRule(this.env.WEIR_API_RATE);
  #bucket: Bucket | null = null;
  #wrongCount = 0;
  #hasTable = false;

  async admit(): Promise<number> {
    const verdict = decideRate(this.#bucket, this.#rule, readClockMs());
    this.#bucket = verdict.bucket;
    return verdict.kind === "wait" ? verdict.waitSeconds : 0;
  }

  async countWrong(): Promise<number> {
    this.#wrongCount += 1;
    return this.#wrongCount;
  }

  async claim(key: string, fingerprint: string, requestId: string): Promise<KeyVerdict> {
    const nowMs = readClockMs();
    const row = this.#row(key);
    if (row?.request === requestId && row.answer === null) return { kind: "go" };
    const record: KeyRecord | null = row === null ? null : toRecord(row);
    const verdict = decideKey(record, fingerprint, nowMs);
    if (verdict.kind !== "go") return verdict;
    const { sql } = this.ctx.storage;
    sql.exec("DELETE FROM keys WHERE at_ms < ?", nowMs - KEY_KEPT_MS);
    sql.exec(
      `DELETE FROM keys WHERE key IN
         (SELECT key FROM keys ORDER BY at_ms DESC LIMIT -1 OFFSET ?)`,
      KEYS_MAX - 1,
    );
    sql.exec(
      "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, NULL)",
      key,
      fingerprint,
      requestId,
      nowMs,
    );
    return verdict;
  }

  async keep(key: string, requestId: string, answer: KeptAnswer | null): Promise<void> {
    // After its lease the key may be another request's.
    if (this.#row(key)?.request !== requestId) return;
    const { sql } = this.ctx.storage;
    const text = answer === null ? null : JSON.stringify(answer);
    if (text === null || text.length > ANSWER_CHARS_MAX) {
      sql.exec("DELETE FROM keys WHERE key = ?", key);
    } else sql.exec("UPDATE keys SET answer = ? WHERE key = ?", text, key);
  }

  #row(key: string): Row | null {
    const { sql } = this.ctx.storage;
    // Most desks never see a key, and a table costs a write.
    if (!this.#hasTable) {
      sql.exec(
        `CREATE TABLE IF NOT EXISTS keys (
           key TEXT PRIMARY KEY, fingerprint TEXT, request TEXT, at_ms INTEGER, answer TEXT)`,
      );
      this.#hasTable = true;
    }
    return sql.exec<Row>("SELECT * FROM keys WHERE key = ?", key).toArray()[0] ?? null;
  }
}

function toRecord({ fingerprint, at_ms: atMs, answer }: Row): KeyRecord {
  return { fingerprint, atMs, answer: answer === null ? null : JSON.parse(answer) };
}
