// What may be said to an event, and read of it: its plan, its receipts, run, verify, pause, resume,
// cancel, and that it be forgotten. What a word does is decided by the event itself.

import { EVENT_ACTIONS, type EventAction } from "../../core/contract/events.ts";
import { askObject } from "../ask-object.ts";
import { type Endpoint, toEndpoint } from "../endpoint.ts";
import { toProblem } from "../problem.ts";
import { EVENT_PARAMS, KEYS, PLAN, PROGRESS, RECEIPT } from "./event-forms.ts";

const UNKNOWN = "No event has this id.";

const SUMMARIES: Readonly<Record<EventAction, string>> = {
  run: "Begins the run of a planned or scheduled event now.",
  verify: "Looks at everything again, and warms what is cold if the event wants that.",
  pause: "Sends nothing more; what is under way still counts.",
  resume: "Goes on after a pause; after a failure tries what is not warm, and only that.",
  cancel: "Ends the event. What is warm stays warm.",
};

function toActionRow(action: EventAction): Endpoint {
  return toEndpoint({
    method: "post",
    path: `/events/{id}/${action}`,
    name: `${action}Event`,
    group: "preload",
    summary: SUMMARIES[action],
    scope: "content",
    params: EVENT_PARAMS,
    isMutation: true,
    answers: [{ status: 202, what: "It is done; this is its progress now.", schema: PROGRESS }],
    problems: ["not-found", "conflict"],
    handle: async ({ env, params: { id } }) => {
      // Not twice: the second time a word may be refused for what the first one did.
      const answer = await env.EVENTS.getByName(id).act(action);
      if (answer === null) return toProblem("not-found", UNKNOWN);
      if (answer.kind === "refused") return toProblem("conflict", answer.detail);
      const { progress } = answer;
      const change = { target: `events/${id}`, before: null, after: { state: progress.state } };
      return { kind: "done", status: 202, body: progress, change };
    },
  });
}

export const EVENT_WORD_ENDPOINTS: readonly Endpoint[] = [
  toEndpoint({
    method: "get",
    path: "/events/{id}/plan",
    name: "readEventPlan",
    group: "preload",
    summary: "What an event would do: objects, bytes, requests, cost, conflicts and refusals.",
    scope: "read",
    params: EVENT_PARAMS,
    answers: [{ status: 200, what: "Its plan.", schema: PLAN }],
    problems: ["not-found"],
    handle: async ({ env, params: { id } }) => {
      const plan = await askObject(env.EVENTS, id, (event) => event.plan());
      if (plan === null) return toProblem("not-found", "There is no such event, or no plan yet.");
      return { kind: "done", status: 200, body: plan };
    },
  }),
  toEndpoint({
    method: "get",
    path: "/events/{id}/receipts",
    name: "readEventReceipt",
    group: "preload",
    summary: "What can be proven of an event now, file by file and place by place, signed.",
    scope: "read",
    params: EVENT_PARAMS,
    answers: [{ status: 200, what: "The receipt.", schema: RECEIPT }],
    problems: ["not-found"],
    handle: async ({ env, params: { id } }) => {
      const receipt = await askObject(env.EVENTS, id, (event) => event.receipt());
      if (receipt === null) return toProblem("not-found", UNKNOWN);
      return { kind: "done", status: 200, body: receipt };
    },
  }),
  toEndpoint({
    method: "delete",
    path: "/events/{id}",
    name: "removeEvent",
    group: "preload",
    summary: "Forgets an event and its receipts. What is warm stays warm.",
    scope: "content",
    params: EVENT_PARAMS,
    isMutation: true,
    answers: [{ status: 204, what: "It is forgotten." }],
    problems: ["not-found"],
    handle: async ({ env, params: { id } }) => {
      const event = env.EVENTS.getByName(id);
      const before = await event.progress();
      if (before === null || !(await event.remove())) return toProblem("not-found", UNKNOWN);
      const was = { state: before.state, title: before.title };
      return {
        kind: "done",
        status: 204,
        change: { target: `events/${id}`, before: was, after: null },
      };
    },
  }),
  toEndpoint({
    method: "get",
    path: "/receipt-keys",
    name: "readReceiptKeys",
    group: "preload",
    summary: "The public keys with which receipts can be checked, as a JWK set.",
    scope: "read",
    answers: [{ status: 200, what: "The keys; empty if receipts are not signed.", schema: KEYS }],
    handle: async ({ env }) => {
      const keys = await askObject(env.EVENT_LIST, "all", (list) => list.keys());
      return { kind: "done", status: 200, body: keys };
    },
  }),
  ...EVENT_ACTIONS.map(toActionRow),
];
