// weir manifest: a playlist before and after rewriting. "Before" is read by the control worker,
// which has the origins' credentials; "after" is read from the edge, as a viewer would.

import type { Command } from "commander";
import type { Add } from "../add-command.ts";
import type { Client } from "../client/client.ts";
import { type Ending, EXIT, type Failure, toFailure, toShown } from "../ending.ts";
import { toLineDiff } from "../screens/line-diff.ts";
import { printDiff } from "../screens/manifest.ts";
import { printSafe } from "../screens/paint.ts";
import type { Session } from "../session.ts";

interface Options {
  readonly origin?: string;
  readonly before?: boolean;
  readonly after?: boolean;
}

interface Before {
  readonly channel: string;
  readonly path: string;
  readonly origin: string;
  readonly text: string;
}

/** Adds `manifest`. */
export function addManifestCommand(program: Command, add: Add): void {
  const command = program
    .command("manifest")
    .description("a playlist as its origin wrote it and as viewers get it, as a diff")
    .argument("<url>", "a viewer's URL, or its path")
    .option("--origin <id>", "as this origin has it; else as the channel's first")
    .option("--before", "only what the origin wrote")
    .option("--after", "only what viewers get");
  const examples = [
    "weir manifest /demo/master.m3u8",
    "weir manifest /demo-vod/master.m3u8 --after",
  ];
  add<Options>(command, examples, run);
}

async function run(
  { client }: Session,
  { args: [url = ""], options }: { args: readonly (string | undefined)[]; options: Options },
): Promise<Ending> {
  if (options.before === true) {
    const before = await readBefore(client, url, options);
    return "kind" in before ? before : toShown(before, () => printText(before.text));
  }
  if (options.after === true) {
    const after = await readAfter(client, url);
    return "kind" in after ? after : toShown(after, () => printText(after.text));
  }
  // A live playlist changes every few seconds: both are read at the same moment.
  const [before, after] = await Promise.all([
    readBefore(client, url, options),
    readAfter(client, url),
  ]);
  if ("kind" in before) return before;
  if ("kind" in after) return after;
  const lines = toLineDiff(toLines(before.text), toLines(after.text));
  const names = { before: `${before.origin}: ${before.path}`, after: after.url };
  const changes = lines.filter(({ kind }) => kind !== "same");
  return toShown({ before, after, changes }, (paint) => printDiff(lines, names, paint));
}

function toLines(text: string): readonly string[] {
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}

function printText(text: string): string {
  return printSafe(text.trimEnd(), "lines");
}

async function readBefore(
  client: Client,
  url: string,
  { origin }: Options,
): Promise<Before | Failure> {
  const read = await client.get<Before>("/manifest", { url, origin });
  return read.kind === "failure" ? read : read.body;
}

interface After {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

async function readAfter(client: Client, given: string): Promise<After | Failure> {
  const url = await toEdgeUrl(client, given);
  if (typeof url !== "string") return url;
  try {
    const signal = AbortSignal.timeout(client.settings.timeoutSeconds.value * 1_000);
    const response = await fetch(url, { redirect: "manual", signal });
    const text = await response.text();
    if (response.ok) return { url, status: response.status, text };
    const remedy = `\`weir explain ${given}\` tells why.`;
    const title = `The edge answers ${response.status}.`;
    return toFailure(EXIT.failed, title, `${url}: ${toDetail(text)}`, remedy);
  } catch (error) {
    const cause = (error as { readonly cause?: { readonly code?: string } }).cause?.code;
    const why = cause ?? (error as Error).message;
    const remedy = "--edge and WEIR_EDGE_URL name the edge.";
    return toFailure(EXIT.unreachable, "The edge cannot be reached.", `${url}: ${why}.`, remedy);
  }
}

/** A whole URL is a viewer's and stays; a path is below the edge that is configured. */
async function toEdgeUrl(client: Client, given: string): Promise<string | Failure> {
  if (/^https?:\/\//i.test(given)) return given;
  const edge = client.settings.edge.value ?? (await client.readPublicConfig())?.edge ?? "";
  if (edge !== "") return edge.replace(/\/$/, "") + (given.startsWith("/") ? given : `/${given}`);
  const detail = `${client.settings.url.value} does not say where the edge is.`;
  return toFailure(EXIT.usage, "Which edge?", detail, "Give a whole URL, --edge or WEIR_EDGE_URL.");
}

/** The edge's errors are problem details too. */
function toDetail(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown };
    return typeof detail === "string" ? detail : "";
  } catch {
    return text.slice(0, 200);
  }
}
