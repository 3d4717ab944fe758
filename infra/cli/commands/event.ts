// weir event: preload events, from the plan to the receipt. What an event is and does is in
// infra/docs/preload.md.

import type { Command } from "commander";
import {
  EVENT_ACTIONS,
  type EventAction,
  type EventLine,
  type EventPlan,
  type EventProgress,
} from "../../../workers/core/contract/events.ts";
import type { Add } from "../add-command.ts";
import { toFlagNames } from "../client/flag-names.ts";
import { readPages } from "../client/pages.ts";
import { type Ending, EXIT, toShown } from "../ending.ts";
import { printEvents } from "../screens/events.ts";
import { printPlan } from "../screens/plan.ts";
import { printProgress } from "../screens/progress.ts";
import type { Call, Session } from "../session.ts";
import { addEventFlags, EVENT_FLAGS, type EventOptions, toEventForm } from "./event-form.ts";
import { EVENT_ARGUMENT, findEventId } from "./event-id.ts";
import { addReceiptCommand } from "./event-receipt.ts";
import { showWatched, toExit, watchEvent } from "./event-watch.ts";
import { COUNT } from "./readers.ts";

const EVENTS = 20;

/** What each does, and what has to be there before its example can be pasted. */
const ACTIONS: Readonly<Record<EventAction, readonly [does: string, before: string | null]>> = {
  run: ["run a planned or scheduled event now", "plan --channel demo-vod"],
  verify: ["look again at everything that it has warmed", "create --channel demo-vod --watch"],
  pause: ["let it rest", "create --channel demo-vod --rate 5 && sleep 2"],
  resume: ["go on with it, and try again what was given up", null],
  cancel: ["end it; what it has warmed stays warm", "plan --channel demo-vod"],
};

/** Adds `event` and what is below it. */
export function addEventCommands(program: Command, add: Add): void {
  const event = program
    .command("event")
    .description("preload events: plan, run, watch, and the receipts of what is warm");
  const create = addEventFlags(event.command("create"))
    .description("accept an event; it is planned and run at its time")
    .option("--hold", "stop after planning, until `event run`")
    .option("--watch", "and watch it to its end");
  const createExamples = [
    "weir event create --channel demo-vod --watch",
    "weir event create --channel demo-vod --first 20s --rate 50 --title Premiere",
  ];
  add<CreateOptions>(create, createExamples, runCreate);
  const plan = addEventFlags(event.command("plan"))
    .description("what an event would do and cost: of one that there is, or of a new one on hold")
    .argument("[id]", `${EVENT_ARGUMENT[1]}; without, a new event that waits for \`event run\``);
  const planExamples = ["weir event plan --channel demo-vod", "weir event plan latest"];
  add<EventOptions>(plan, planExamples, runPlan);
  addActions(event, add);
  const watch = event
    .command("watch")
    .description("watch an event until it rests; exit code 3 if less is warm than was wanted")
    .argument(...EVENT_ARGUMENT);
  add(watch, ["weir event watch latest", "weir event watch latest --json"], runWatch);
  addReceiptCommand(event, add);
  add(
    event
      .command("show")
      .description("how an event is getting on")
      .argument(...EVENT_ARGUMENT),
    ["weir event show latest"],
    (session, { args: [given = ""] }) =>
      withEvent(session, given, (id) => session.client.get<EventProgress>(`/events/${id}`)),
  );
  const list = event
    .command("list")
    .description("the events, newest first")
    .option("--limit <count>", `at most so many, default ${EVENTS}`, COUNT);
  add<{ readonly limit?: number }>(list, ["weir event list"], runList);
  add(
    event
      .command("delete")
      .description("forget an event and its receipts; what it has warmed stays warm")
      .argument(...EVENT_ARGUMENT),
    ["weir event delete latest"],
    runDelete,
  );
}

function addActions(event: Command, add: Add): void {
  for (const action of EVENT_ACTIONS) {
    const [does, before] = ACTIONS[action];
    const example = `weir event ${action} latest`;
    const examples = [before === null ? example : `weir event ${before} && ${example}`];
    const command = event
      .command(action)
      .description(does)
      .argument(...EVENT_ARGUMENT);
    if (action !== "pause" && action !== "cancel") {
      command.option("--watch", "and watch it to its end");
    }
    add<{ readonly watch?: boolean }>(command, examples, async (session, call) => {
      const {
        args: [given = ""],
        options,
      } = call;
      const id = await findEventId(session.client, given);
      if (typeof id !== "string") return id;
      const done = await session.client.send<EventProgress>("POST", `/events/${id}/${action}`);
      if (done.kind === "failure") return done;
      return options.watch === true ? watch(session, id) : show(session, done.body, EXIT.done);
    });
  }
}

interface CreateOptions extends EventOptions {
  readonly hold?: boolean;
  readonly watch?: boolean;
}

async function runCreate(session: Session, { options }: Call<CreateOptions>): Promise<Ending> {
  const accepted = await accept(session, options, options.hold === true);
  if (accepted.kind === "failure") return accepted;
  const { id } = accepted.body;
  if (options.watch === true) return watch(session, id);
  return toShown(accepted.body, (paint) => {
    const next = options.hold === true ? `weir event plan ${id}` : `weir event watch ${id}`;
    return `${id} was accepted.\n${paint("dim", `→ ${next}`)}`;
  });
}

async function accept(session: Session, options: EventOptions, isHeld: boolean) {
  const read = await toEventForm(session, options);
  if (read.kind === "failure") return read;
  const json = { ...read.form, ...(isHeld ? { hold: true } : {}) };
  const sent = await session.client.send<EventProgress>("POST", "/events", { json });
  return sent.kind === "failure" ? toFlagNames(sent, EVENT_FLAGS) : sent;
}

async function runPlan(
  session: Session,
  { args: [given], options }: Call<EventOptions>,
): Promise<Ending> {
  const { client } = session;
  let id: string;
  if (given === undefined) {
    const accepted = await accept(session, options, true);
    if (accepted.kind === "failure") return accepted;
    id = accepted.body.id;
  } else {
    const found = await findEventId(client, given);
    if (typeof found !== "string") return found;
    id = found;
  }
  const look = await watchEvent(session, id, { until: "planned", isQuiet: true });
  if ("kind" in look) return look;
  const { state } = look.progress;
  const plan = await client.get<EventPlan>(`/events/${id}/plan`);
  // An event that could not be planned has no plan, and its problem says why.
  if (plan.kind === "failure") return state === "failed" ? show(session, look.progress) : plan;
  const isRefused = plan.body.refusals.length > 0;
  const next = state === "planned" ? `\n\n${id} waits.  → weir event run ${id}` : "";
  const exit = isRefused ? EXIT.failed : EXIT.done;
  return toShown({ id, state, ...plan.body }, (paint) => printPlan(plan.body, paint) + next, exit);
}

async function runWatch(session: Session, { args: [given = ""] }: Call): Promise<Ending> {
  const id = await findEventId(session.client, given);
  return typeof id === "string" ? watch(session, id) : id;
}

async function watch(session: Session, id: string): Promise<Ending> {
  const look = await watchEvent(session, id, { until: "rest" });
  return "kind" in look ? look : showWatched(look, session);
}

function show(
  { output, readNowMs }: Session,
  progress: EventProgress,
  exit = toExit(progress),
): Ending {
  const look = { atMs: readNowMs(), progress };
  return toShown(progress, (paint) => printProgress(look, null, output.columns, paint), exit);
}

async function withEvent(
  session: Session,
  given: string,
  ask: (id: string) => ReturnType<typeof session.client.get<EventProgress>>,
): Promise<Ending> {
  const id = await findEventId(session.client, given);
  if (typeof id !== "string") return id;
  const found = await ask(id);
  return found.kind === "failure" ? found : show(session, found.body);
}

async function runList(
  { client, readNowMs }: Session,
  { options: { limit = EVENTS } }: Call<{ readonly limit?: number }>,
): Promise<Ending> {
  const found = await readPages<EventLine>(client, "/events", "events", limit);
  if (found.kind === "failure") return found;
  const { rows: events, hasMore } = found;
  const more = hasMore ? "\n… there are more; see --limit" : "";
  const nowMs = readNowMs();
  return toShown({ events, hasMore }, (paint) => printEvents(events, nowMs, paint) + more);
}

async function runDelete(session: Session, { args: [given = ""] }: Call): Promise<Ending> {
  const id = await findEventId(session.client, given);
  if (typeof id !== "string") return id;
  const gone = await session.client.send("DELETE", `/events/${id}`);
  if (gone.kind === "failure") return gone;
  return toShown({ id, deleted: true }, () => `${id} is forgotten.`);
}
