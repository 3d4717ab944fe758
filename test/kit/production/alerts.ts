// A worker with the real AlertDesk, and a keeper of incidents in the HealthCentre's place, so that
// a test can say what happened and when without waiting for origins to fail.
//
// Gaps against the HealthCentre: it decides nothing, keeps no audit beyond a number, takes records
// of the past, never closes an incident by itself, forgets only when told to, and answers one page.
// What it does to incidents is done by the same pure machine (core/health/incidents).

import { DurableObject } from "cloudflare:workers";
import { AlertDesk } from "../../../workers/control/alerts/alert-desk.ts";
import {
  AUDIT_EMPTY,
  type AuditEntry,
  applyAudit,
} from "../../../workers/core/health/incidents/audit.ts";
import {
  applyAcknowledgement,
  applyCalm,
  applyRecord,
  type IncidentBook,
} from "../../../workers/core/health/incidents/incident.ts";

export { AlertDesk };

interface Env {
  readonly ALERTS: DurableObjectNamespace<AlertDesk>;
  readonly HEALTH: DurableObjectNamespace<IncidentShelf>;
}

export class IncidentShelf extends DurableObject {
  async record(entry: AuditEntry, atMs: number): Promise<void> {
    const nextSeq = (await this.ctx.storage.get<number>("nextSeq")) ?? 1;
    const record = applyAudit({ ...AUDIT_EMPTY, nextSeq }, entry, atMs).records.at(-1);
    if (record === undefined) return;
    await this.ctx.storage.put("nextSeq", nextSeq + 1);
    await this.#change((book) => applyRecord(book, record));
  }

  async clear(): Promise<void> {
    await this.ctx.storage.put("book", []);
  }

  async calm(atMs: number): Promise<void> {
    await this.#change((book) => applyCalm(book, atMs));
  }

  async acknowledge(id: string, by: string): Promise<void> {
    await this.#change((book) => applyAcknowledgement(book, id, by));
  }

  async incidents(): Promise<{ readonly incidents: IncidentBook }> {
    const book = (await this.ctx.storage.get<IncidentBook>("book")) ?? [];
    return { incidents: book.toReversed() };
  }

  async #change(apply: (book: IncidentBook) => IncidentBook): Promise<void> {
    const book = (await this.ctx.storage.get<IncidentBook>("book")) ?? [];
    await this.ctx.storage.put("book", apply(book));
  }
}

export default {
  /** POST /{call} with the call's words as a JSON list. */
  async fetch(request, env) {
    const words = (await request.json()) as never[];
    const shelf = env.HEALTH.getByName("main");
    const desk = env.ALERTS.getByName("main");
    switch (new URL(request.url).pathname) {
      case "/record":
        await shelf.record(...(words as unknown as [AuditEntry, number]));
        return Response.json(null);
      case "/clear":
        await shelf.clear();
        return Response.json(null);
      case "/calm":
        await shelf.calm(...(words as unknown as [number]));
        return Response.json(null);
      case "/acknowledge":
        await shelf.acknowledge(...(words as unknown as [string, string]));
        return Response.json(null);
      case "/incidents":
        return Response.json((await shelf.incidents()).incidents);
      case "/use":
        await desk.use(...(words as unknown as Parameters<AlertDesk["use"]>));
        return Response.json(null);
      case "/notices":
        return Response.json(await desk.notices(words as unknown as string[]));
      case "/counts":
        return Response.json(await desk.counts());
      default:
        return new Response(null, { status: 404 });
    }
  },
} satisfies ExportedHandler<Env>;
