// One message on its way to one contact: tried, tried again later, delivered or given up. For the
// AlertDesk, which sends, stores every step and calls this with what came of it.
//
// Answers are read as Standard Webhooks asks: 2xx is delivered; 410 says never again; everything
// else, redirects included, is tried again, later each time. The first repeats come quickly,
// because an alert that comes in an hour is history; the last ones reach over a night. Sender and
// receiver may disagree about one attempt (an answer that was lost), so a message may arrive twice:
// its id is the same each time.

import { toUnit, toWordHash } from "../health/spread/hash.ts";

/** Seconds between an attempt and the next, about ten hours in all. */
export const RETRY_SECONDS = [5, 15, 60, 180, 600, 1_800, 3_600, 7_200, 21_600] as const;
/** Up to so much more, so that a receiver that comes back is not met by everybody at once. */
const JITTER = 0.2;
/** Longest pause that a receiver can ask for. */
const RETRY_AFTER_SECONDS_MAX = 3_600;
const DETAIL_CHARS_MAX = 200;

export const DELIVERY_STATES = ["waiting", "delivered", "given-up"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface Delivery {
  /** The message's id. */
  readonly id: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When to try next; the past once it is settled. */
  readonly dueAtMs: number;
  readonly settledAtMs: number | null;
  /** What the last failed attempt ran into; null: none failed. */
  readonly detail: string | null;
}

export type AttemptOutcome =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** As the header has it: seconds; dates are not read. Null: absent. */
      readonly retryAfter: string | null;
    }
  /** No answer, or it could not be sent at all. */
  | { readonly kind: "failed"; readonly detail: string };

/** A message that is due at once. */
export function toDelivery(id: string, nowMs: number): Delivery {
  return {
    ...{ id, state: "waiting", attempts: 0, dueAtMs: nowMs },
    ...{ settledAtMs: null, detail: null },
  };
}

/** Takes in what came of an attempt. */
export function applyAttempt(delivery: Delivery, outcome: AttemptOutcome, nowMs: number): Delivery {
  const attempts = delivery.attempts + 1;
  const tried = { ...delivery, attempts };
  if (outcome.kind === "answered" && outcome.status >= 200 && outcome.status < 300) {
    return { ...tried, state: "delivered", settledAtMs: nowMs };
  }
  const words = outcome.kind === "answered" ? `status ${outcome.status}` : outcome.detail;
  const detail = words.slice(0, DETAIL_CHARS_MAX);
  const pauseSeconds = RETRY_SECONDS[attempts - 1];
  const isRefused = outcome.kind === "answered" && outcome.status === 410;
  if (isRefused || pauseSeconds === undefined) {
    return { ...tried, state: "given-up", settledAtMs: nowMs, detail };
  }
  const asked = outcome.kind === "answered" ? toAskedSeconds(outcome) : 0;
  const jitter = 1 + JITTER * toUnit(toWordHash(`${delivery.id} ${attempts}`));
  const waitMs = Math.round(Math.max(pauseSeconds * jitter, asked) * 1_000);
  return { ...tried, dueAtMs: nowMs + waitMs, detail };
}

/** Only those who are overloaded are asked to say when (RFC 9110 section 10.2.3). */
function toAskedSeconds({ status, retryAfter }: AttemptOutcome & { kind: "answered" }): number {
  if (status !== 429 && status !== 503) return 0;
  const seconds = /^\d{1,9}$/.test(retryAfter ?? "") ? Number(retryAfter) : 0;
  return Math.min(seconds, RETRY_AFTER_SECONDS_MAX);
}
