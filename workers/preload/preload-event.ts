// One preload event: accepts it, plans it, hands its files to the queue and counts what came back.
// Every step is written to storage before the next begins, and the alarm repeats a step that was
// cut off, so an accepted event survives restarts of everything around it.

import { DurableObject } from "cloudflare:workers";
import { CONTRACT_VERSION } from "../core/contract/message.ts";
import type { PreloadEventApi } from "../core/contract/objects.ts";
import type {
  EventProgress,
  EventState,
  PreloadRequest,
  WarmFailure,
  WarmResult,
  WarmTarget,
} from "../core/contract/warming.ts";
import { toBatches } from "../core/warm/batches.ts";
import { readClockMs } from "../platform/clock.ts";
import { makeLog } from "../platform/log.ts";
import { regionObject } from "../platform/objects.ts";
import type { Env } from "./env.ts";
import { type PlannedFile, planEvent } from "./plan.ts";

interface Accepted {
  readonly id: string;
  readonly request: PreloadRequest;
  readonly state: EventState;
  readonly problem: string | null;
  readonly acceptedAtMs: number;
  readonly finishedAtMs: number | null;
}

interface Counts extends Record<string, SqlStorageValue> {
  readonly planned: number;
  readonly warm: number;
  readonly failed: number;
  readonly planned_bytes: number;
  readonly warm_bytes: number;
}

const FAILURES_SHOWN_MAX = 100;
const SEND_MESSAGES_MAX = 100;

export class PreloadEvent extends DurableObject<Env> implements PreloadEventApi {
  readonly #sql: SqlStorage;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#sql = context.storage.sql;
    this.#sql.exec(
      `CREATE TABLE IF NOT EXISTS files (
         path TEXT, region TEXT, batch INTEGER, expected_bytes INTEGER, expected_etag TEXT,
         warm INTEGER, failure TEXT, bytes INTEGER, PRIMARY KEY (path, region))`,
    );
  }

  async accept(id: string, request: PreloadRequest): Promise<EventProgress> {
    const known = await this.#event();
    if (known === null) {
      const acceptedAtMs = readClockMs();
      const event = { id, request, problem: null, acceptedAtMs, finishedAtMs: null };
      await this.ctx.storage.put("event", { ...event, state: "accepted" } satisfies Accepted);
      await this.ctx.storage.setAlarm(acceptedAtMs);
    }
    return this.#require();
  }

  async progress(): Promise<EventProgress | null> {
    return (await this.#event()) === null ? null : this.#require();
  }

  async report(batch: number, results: readonly WarmResult[]): Promise<void> {
    for (const result of results) this.#count(batch, result);
    await this.#settle();
  }

  override async alarm(): Promise<void> {
    const event = await this.#event();
    if (event === null) return;
    if (event.state === "accepted" || event.state === "planning") await this.#plan(event);
  }

  async #plan(event: Accepted): Promise<void> {
    await this.#become(event, "planning", null);
    const region = event.request.regions[0] ?? "enam";
    const plan = await planEvent(event.request, {
      agent: regionObject(this.env.WARM_AGENTS, region),
      gate: regionObject(this.env.GATES, region),
      env: this.env,
    }).catch((error) => {
      makeLog(undefined).error("plan failed", { event: event.id, why: String(error) });
      return { kind: "refused", detail: `Planning failed: ${toWords(error)}` } as const;
    });
    if (plan.kind === "refused") {
      await this.#become(event, "failed", plan.detail);
      return;
    }
    const { channel, regions } = event.request;
    const batches = toBatches(plan.files.map(({ path }) => ({ channel, path })));
    this.#write(plan.files, batches, regions);
    const messages = batches.map((targets, batch) => ({
      body: { contract: CONTRACT_VERSION, eventId: event.id, batch, targets, regions },
    }));
    for (let start = 0; start < messages.length; start += SEND_MESSAGES_MAX) {
      await this.env.BATCHES.sendBatch(messages.slice(start, start + SEND_MESSAGES_MAX));
    }
    // Only now: cut off before, the alarm plans and sends again, and what is warm stays warm.
    await this.#become(event, "running", null);
    await this.#settle();
  }

  #write(
    files: readonly PlannedFile[],
    batches: readonly (readonly WarmTarget[])[],
    regions: readonly string[],
  ): void {
    const expectedOf = new Map(files.map(({ path, expected }) => [path, expected]));
    const insert = `INSERT INTO files (path, region, batch, expected_bytes, expected_etag)
      VALUES (?, ?, ?, ?, ?)`;
    this.ctx.storage.transactionSync(() => {
      this.#sql.exec("DELETE FROM files");
      batches.forEach((targets, batch) => {
        for (const { path } of targets) {
          const { lengthBytes = null, etag = null } = expectedOf.get(path) ?? {};
          for (const region of regions) {
            this.#sql.exec(insert, path, region, batch, lengthBytes, etag);
          }
        }
      });
    });
  }

  /** Ends the event when every file of every region has been counted. */
  async #settle(): Promise<void> {
    const event = await this.#event();
    if (event === null || event.state !== "running") return;
    const { planned, warm, failed } = this.#counts();
    if (warm + failed < planned) return;
    const problem = failed === 0 ? null : `${failed} of ${planned} objects are not warm.`;
    await this.#become(event, failed === 0 ? "done" : "failed", problem);
  }

  /** Counts one result, and checks it against what the storage holds. */
  #count(batch: number, result: WarmResult): void {
    const row = this.#sql
      .exec<{ expected_bytes: number | null; expected_etag: string | null }>(
        `SELECT expected_bytes, expected_etag FROM files
           WHERE path = ? AND region = ? AND batch = ?`,
        result.target.path,
        result.region,
        batch,
      )
      .toArray()[0];
    if (row === undefined) return;
    const failure = result.failure ?? decideMismatch(result, row.expected_bytes, row.expected_etag);
    this.#sql.exec(
      "UPDATE files SET warm = ?, failure = ?, bytes = ? WHERE path = ? AND region = ?",
      failure === null ? 1 : 0,
      failure,
      result.lengthBytes,
      result.target.path,
      result.region,
    );
  }

  #counts(): Counts {
    return this.#sql
      .exec<Counts>(
        `SELECT count(*) AS planned, coalesce(sum(warm = 1), 0) AS warm,
           coalesce(sum(warm = 0), 0) AS failed,
           coalesce(sum(coalesce(expected_bytes, bytes)), 0) AS planned_bytes,
           coalesce(sum(CASE WHEN warm = 1 THEN bytes END), 0) AS warm_bytes FROM files`,
      )
      .one();
  }

  async #require(): Promise<EventProgress> {
    const event = await this.#event();
    if (event === null) throw new Error("no such event");
    const { id, request, state, problem, acceptedAtMs, finishedAtMs } = event;
    const counts = this.#counts();
    const failures = this.#sql
      .exec<{ path: string; region: string; failure: string }>(
        "SELECT path, region, failure FROM files WHERE warm = 0 ORDER BY path, region LIMIT ?",
        FAILURES_SHOWN_MAX,
      )
      .toArray();
    return {
      id,
      ...request,
      state,
      problem,
      objects: { planned: counts.planned, warm: counts.warm, failed: counts.failed },
      bytes: { planned: counts.planned_bytes, warm: counts.warm_bytes },
      failures: failures.map((row) => ({ ...row, failure: row.failure as WarmFailure })),
      acceptedAtMs,
      finishedAtMs,
    };
  }

  async #event(): Promise<Accepted | null> {
    return (await this.ctx.storage.get<Accepted>("event")) ?? null;
  }

  async #become(event: Accepted, state: EventState, problem: string | null): Promise<void> {
    const isFinal = state === "done" || state === "failed";
    const finishedAtMs = isFinal ? readClockMs() : null;
    await this.ctx.storage.put("event", { ...event, state, problem, finishedAtMs });
  }
}

function decideMismatch(
  result: WarmResult,
  expectedBytes: number | null,
  expectedEtag: string | null,
): WarmFailure | null {
  if (expectedBytes !== null && result.lengthBytes !== expectedBytes) return "length-mismatch";
  const etag = result.etag?.replaceAll('"', "") ?? null;
  if (expectedEtag !== null && etag !== null && etag !== expectedEtag) return "validator-mismatch";
  return null;
}

function toWords(error: unknown): string {
  return error instanceof Error ? error.message : "unknown error";
}
