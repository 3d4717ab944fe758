// weir incidents: the list; one of them with its decisions, or as Markdown for a post-mortem; and
// the word that somebody is at it, which stops the escalation.

import type { Command } from "commander";
import type { Add } from "../add-command.ts";
import { readPages } from "../client/pages.ts";
import { type Ending, EXIT, type Failure, toFailure, toShown } from "../ending.ts";
import {
  type Incident,
  type IncidentLine,
  printIncident,
  printIncidents,
} from "../screens/incidents.ts";
import type { Session } from "../session.ts";
import { COUNT } from "./readers.ts";

interface Options {
  readonly open?: boolean;
  readonly markdown?: boolean;
  readonly acknowledge?: boolean;
  readonly limit?: number;
}

const ROWS = 20;

/** Adds `incidents`. */
export function addIncidentsCommand(program: Command, add: Add): void {
  const command = program
    .command("incidents")
    .description("incidents of the last 30 days, newest first, or one of them")
    .argument("[id]", 'an incident; "latest" is the newest')
    .option("--open", "only those that are open")
    .option("--limit <count>", `at most so many, default ${ROWS}`, COUNT)
    .option("--markdown", "the incident as the beginning of a post-mortem")
    .option("--acknowledge", "say that you are at it: escalation stops");
  const examples = [
    "weir incidents",
    "weir incidents latest",
    "weir incidents latest --markdown > post-mortem.md",
  ];
  add<Options>(command, examples, async (session, { args: [given], options }) => {
    if (given === undefined) {
      if (options.markdown !== true && options.acknowledge !== true) return list(session, options);
      const remedy = 'Name an incident, or "latest".';
      return toFailure(
        EXIT.usage,
        "Which incident?",
        "--markdown and --acknowledge need one.",
        remedy,
      );
    }
    const id = await findId(session, given);
    if (typeof id !== "string") return id;
    if (options.acknowledge === true) return acknowledge(session, id);
    return options.markdown === true ? printMarkdown(session, id) : read(session, id);
  });
}

async function list(session: Session, { open, limit = ROWS }: Options): Promise<Ending> {
  const query = open === true ? { open: "true" } : {};
  const found = await readPages<IncidentLine>(
    session.client,
    "/incidents",
    "incidents",
    limit,
    query,
  );
  if (found.kind === "failure") return found;
  const { rows, hasMore } = found;
  const more = hasMore ? "\n… there are more; see --limit" : "";
  const nowMs = session.readNowMs();
  return toShown(
    { incidents: rows, hasMore },
    (paint) => printIncidents(rows, nowMs, paint) + more,
  );
}

async function findId({ client }: Session, given: string): Promise<string | Failure> {
  if (given !== "latest") return encodeURIComponent(given);
  const newest = await readPages<IncidentLine>(client, "/incidents", "incidents", 1);
  if (newest.kind === "failure") return newest;
  const id = newest.rows[0]?.id;
  if (id !== undefined) return id;
  return toFailure(EXIT.failed, "There is no incident.", "None was opened in the last 30 days.");
}

async function read({ client, readNowMs }: Session, id: string): Promise<Ending> {
  const found = await client.get<Incident>(`/incidents/${id}`);
  if (found.kind === "failure") return found;
  return toShown(found.body, (paint) => printIncident(found.body, readNowMs(), paint));
}

async function printMarkdown({ client }: Session, id: string): Promise<Ending> {
  const found = await client.get<string>(`/incidents/${id}/post-mortem`);
  if (found.kind === "failure") return found;
  return toShown({ id, markdown: found.body }, () => found.body.trimEnd());
}

async function acknowledge({ client }: Session, id: string): Promise<Ending> {
  const noted = await client.send("POST", `/incidents/${id}/acknowledge`);
  if (noted.kind === "failure") return noted;
  return toShown({ id, acknowledged: true }, () => `${id}: noted that you are at it.`);
}
