// Tells people of incidents: reads the incidents of the HealthCentre, plans who is due (core/
// health/incidents/alerts.ts), and sends what is planned until it has arrived (core/alert). Every
// message is written down before it is sent and after every attempt, and the alarm that sends it
// is owed by the platform, so a restart loses nothing; a crash between an answer and its note sends
// a message a second time under the same id.
//
// It sleeps while the catalog names no contacts. It does NOT know why an incident is one.

import { DurableObject } from "cloudflare:workers";
import { applyAttempt, type Delivery, toDelivery } from "../../core/alert/delivery.ts";
import {
  printChatBody,
  printWebhookBody,
  toAlertMessage,
  toMessageId,
} from "../../core/alert/message.ts";
import type { AlertContact } from "../../core/config/catalog.ts";
import { planAlerts } from "../../core/health/incidents/alerts.ts";
import type { Incident, Notice } from "../../core/health/incidents/incident.ts";
import { readClockMs } from "../../platform/clock.ts";
import { makeLog } from "../../platform/log.ts";
import { askMain } from "../api/ask-object.ts";
import type { Env } from "../env.ts";
import { AlertBook, type StoredAlert } from "./alert-book.ts";
import { sendAlert } from "./alert-sender.ts";

/** How often incidents are looked at: an alert is late by so much at most. */
const LOOK_MS = 5_000;
/** Newest incidents looked at; older ones are over, or everybody knows of them. */
const INCIDENTS_MAX = 50;
/** Messages under way at once: the platform lets six requests wait for headers. */
const CONCURRENT_MAX = 4;

/** What others may ask of it; every call may be made twice without harm. */
export interface AlertDeskApi {
  /** Takes the contacts of a catalog into force. */
  use(contacts: readonly AlertContact[]): Promise<void>;
  /** Who was told of each incident, and when it arrived; for views and post-mortems. */
  notices(incidentIds: readonly string[]): Promise<Readonly<Record<string, readonly Notice[]>>>;
  /** Messages by state, for the metrics. */
  counts(): Promise<Readonly<Record<Delivery["state"], number>>>;
}

export class AlertDesk extends DurableObject<Env> implements AlertDeskApi {
  readonly #book: AlertBook;
  #contacts: readonly AlertContact[] = [];
  readonly #log = makeLog(undefined);

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#book = new AlertBook(context.storage.sql);
    context.blockConcurrencyWhile(async () => {
      this.#contacts = (await context.storage.get<readonly AlertContact[]>("contacts")) ?? [];
    });
  }

  async use(contacts: readonly AlertContact[]): Promise<void> {
    if (contacts.length === 0 && this.#contacts.length === 0) return;
    this.#contacts = contacts;
    await this.ctx.storage.put("contacts", contacts);
    await this.ctx.storage.setAlarm(readClockMs());
  }

  async notices(incidentIds: readonly string[]): Promise<Record<string, readonly Notice[]>> {
    return Object.fromEntries(incidentIds.map((id) => [id, this.#book.arrived(id)]));
  }

  async counts(): Promise<Readonly<Record<Delivery["state"], number>>> {
    return this.#book.counts();
  }

  override async alarm(): Promise<void> {
    const startedAtMs = readClockMs();
    if (this.#contacts.length > 0) await this.ctx.storage.setAlarm(startedAtMs + LOOK_MS);
    try {
      this.#plan(await this.#readIncidents(), startedAtMs);
    } catch (error) {
      // What is already written down goes out all the same.
      this.#log.error("incidents not read", { why: String(error) });
    }
    await this.#sendDue(startedAtMs);
    this.#book.forgetOld(readClockMs());
  }

  async #readIncidents(): Promise<readonly Incident[]> {
    const page = { beforeId: null, limit: INCIDENTS_MAX };
    return (await askMain(this.env.HEALTH, (health) => health.incidents(page))).incidents;
  }

  /** Writes down every message that is due and was never planned. */
  #plan(incidents: readonly Incident[], nowMs: number): void {
    for (const incident of incidents) {
      const told = { ...incident, notices: this.#book.planned(incident.id) };
      for (const plan of planAlerts(told, this.#contacts, nowMs)) {
        const contact = this.#contacts.find(({ id }) => id === plan.contactId);
        if (contact === undefined) continue;
        const message = toAlertMessage(told, plan, this.env.WEIR_CONTROL_URL, nowMs);
        this.#book.add({
          ...toDelivery(toMessageId(message), nowMs),
          incidentId: incident.id,
          contactId: contact.id,
          step: plan.step,
          plannedAtMs: nowMs,
          body: contact.kind === "chat" ? printChatBody(message) : printWebhookBody(message),
        });
      }
    }
  }

  async #sendDue(nowMs: number): Promise<void> {
    const queue = [...this.#book.due(nowMs)];
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        await this.#send(next);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT_MAX }, work));
  }

  async #send(alert: StoredAlert): Promise<void> {
    const contact = this.#contacts.find(({ id }) => id === alert.contactId);
    const outcome =
      contact === undefined
        ? ({ kind: "answered", status: 410, retryAfter: null } as const)
        : await sendAlert(contact, alert, this.env, readClockMs());
    const after = applyAttempt(alert, outcome, readClockMs());
    this.#book.settle(after);
    if (after.state === "delivered") return;
    const { contactId, incidentId } = alert;
    const { detail, attempts, state } = after;
    this.#log.warn("alert not delivered", { contactId, incidentId, detail, attempts, state });
  }
}
