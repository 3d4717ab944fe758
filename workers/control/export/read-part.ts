// The rows of each part of an export, page by page from the objects that hold them.

import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import { toFreezeId } from "../../core/health/centre/apply.ts";
import type { AuditRecord } from "../../core/health/incidents/audit.ts";
import { regionObject } from "../../platform/objects.ts";
import { askMain, askObject } from "../api/ask-object.ts";
import { toAuditPlace } from "../audit/audit-entry.ts";
import type { AuditAsk as DecisionAsk, IncidentAsk } from "../centre/audit-book.ts";
import type { Env } from "../env.ts";
import type { ExportPart } from "./manifest.ts";
import type { OrderRow } from "./order-row.ts";

const PAGE_ROWS = 500;
const DECISIONS = 200;
/** An incident has up to 500 entries with it, and a call may bring 32 MiB. */
const INCIDENTS = 20;
/** A coordinator's successors; more than a few in a channel's life is a fault of ours. */
const GENERATIONS_MAX = 100;

/** Rows in no promised order. Rejects if they cannot all be read. */
export function readPart(env: Env, part: ExportPart): AsyncIterable<object> {
  return READERS[part](env);
}

const READERS: Readonly<Record<ExportPart, (env: Env) => AsyncIterable<object>>> = {
  async *catalogs(env) {
    let before: number | null = null;
    for (;;) {
      const lines: readonly { version: number }[] = await askMain(env.CATALOGS, (store) =>
        store.versions(before, PAGE_ROWS),
      );
      for (const { version } of lines) {
        const found = await askMain(env.CATALOGS, (store) => store.version(version));
        if (found === null) continue;
        const { appliedAtMs, appliedBy, text } = found;
        yield { version, appliedAtMs, appliedBy, text };
      }
      const last = lines.at(-1);
      if (last === undefined || lines.length < PAGE_ROWS) return;
      before = last.version;
    }
  },
  async *orders(env): AsyncGenerator<OrderRow> {
    const events = await askMain(env.HEALTH, (health) => health.events());
    yield* events.map((event) => ({ kind: "event", event }) as const);
    const overrides = await askMain(env.HEALTH, (health) => health.overrides());
    for (const override of overrides) {
      // That of an event comes back with the event.
      if (events.some(({ id }) => toFreezeId(id) === override.id)) continue;
      yield { kind: "override", override };
    }
    const { watches } = await askMain(env.HOSTS, (desk) => desk.view());
    for (const { id, drain } of watches) {
      if (drain !== null) yield { kind: "pathway", pathwayId: id, drain };
    }
  },
  async *audit(env) {
    const all = { actor: null, action: null, countMax: PAGE_ROWS };
    let before: string | null = null;
    for (;;) {
      const place = before;
      const entries = await askMain(env.AUDIT, (audit) => audit.page({ ...all, before: place }));
      yield* entries;
      const last = entries.at(-1);
      if (last === undefined || entries.length < PAGE_ROWS) return;
      before = toAuditPlace(last);
    }
  },
  async *decisions(env) {
    let beforeSeq: number | null = null;
    do {
      const ask: DecisionAsk = { beforeSeq, limit: DECISIONS };
      const page = await askMain(env.HEALTH, (health) => health.audit(ask));
      yield* page.records;
      beforeSeq = page.nextBeforeSeq;
    } while (beforeSeq !== null);
  },
  async *incidents(env) {
    let beforeId: string | null = null;
    do {
      const ask: IncidentAsk = { beforeId, limit: INCIDENTS };
      const page = await askMain(env.HEALTH, (health) => health.incidents(ask));
      // Their entries are decisions, and saved as such.
      yield* page.incidents.map((each) => ({ ...each, entries: each.entries.map(toSeq) }));
      beforeId = page.nextBeforeId;
    } while (beforeId !== null);
  },
  async *ledgers(env) {
    const { catalog } = await askMain(env.HEALTH, (health) => health.view());
    for (const { id, mode } of catalog?.channels ?? []) {
      if (mode !== "live") continue;
      const ledger = await readLedger(env, id);
      if (ledger !== null) yield ledger;
    }
  },
  async *egress(env) {
    for (const region of env.WEIR_REGIONS.split(",").filter((each) => each !== "")) {
      for (const row of await regionObject(env.GATES, region).tally()) yield { region, ...row };
    }
  },
};

function toSeq({ seq }: AuditRecord): number {
  return seq;
}

/** The snapshot that relays keep to seed a new generation; null: the channel has none yet. */
async function readLedger(env: Env, channel: string): Promise<object | null> {
  let generation = 1;
  for (let count = 0; count < GENERATIONS_MAX; count++) {
    const ask = {
      contract: CONTRACT_VERSION,
      channel,
      asker: "export",
      region: env.WEIR_REGIONS.split(",")[0] ?? "enam",
      wants: [],
      holdMs: 0,
      timelinesVersion: 0,
      generation,
      snapshot: 0,
    };
    const name = `${channel}#g${generation}`;
    const answer = await askObject(env.COORDINATORS, name, (object) => object.next(ask));
    if (answer.supersededBy === null) {
      const { snapshot } = answer;
      return snapshot === null ? null : { channel, generation, snapshot: snapshot.text };
    }
    generation = answer.supersededBy;
  }
  return null;
}
