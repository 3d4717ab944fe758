// Preload events as a content team has them: over the control API, with the stack's own token.

import type { EventPlan, EventProgress } from "../../workers/core/contract/events.ts";
import type { SignedReceipt } from "../../workers/core/contract/receipts.ts";

export interface EventCalls {
  /** Orders an event; its id. */
  order(event: object): Promise<string>;
  progress(id: string): Promise<EventProgress>;
  plan(id: string): Promise<EventPlan>;
  receipt(id: string): Promise<SignedReceipt>;
  /** Says a word; the status of the answer. */
  say(id: string, word: string): Promise<number>;
  /** Waits until the event is in one of these states. */
  until(id: string, states: readonly string[], waitMs?: number): Promise<EventProgress>;
  call(path: string, init?: RequestInit): Promise<Response>;
}

/** Calls to a running stack. Rejects at every answer that is not the expected one. */
export function makeEventCalls(controlUrl: string, token: string): EventCalls {
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${controlUrl}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    });
  const read = async <T>(path: string): Promise<T> => {
    const response = await call(path);
    if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    call,
    async order(event) {
      const response = await call("/events", { method: "POST", body: JSON.stringify(event) });
      const answer = (await response.json()) as { id: string; detail?: string };
      if (response.status !== 202) throw new Error(`not accepted: ${answer.detail}`);
      return answer.id;
    },
    progress: (id) => read(`/events/${id}`),
    plan: (id) => read(`/events/${id}/plan`),
    receipt: (id) => read(`/events/${id}/receipts`),
    async say(id, word) {
      const response = await call(`/events/${id}/${word}`, { method: "POST" });
      await response.text();
      return response.status;
    },
    async until(id, states, waitMs = 45_000) {
      const untilMs = Date.now() + waitMs;
      for (;;) {
        const progress = await this.progress(id);
        if (states.includes(progress.state)) return progress;
        if (Date.now() > untilMs)
          throw new Error(`after ${waitMs} ms the event is ${JSON.stringify(progress)}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
  };
}
