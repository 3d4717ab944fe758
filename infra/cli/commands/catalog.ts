// weir catalog: check a file, compare it, put it into force, go back. A change is sent with the
// version that it was compared with (If-Match), so that what was shown is what is applied, and two
// people cannot overwrite each other.

import type { Command } from "commander";
import type { CatalogProblem } from "../../../workers/core/config/read-catalog.ts";
import type { Add } from "../add-command.ts";
import { readPages } from "../client/pages.ts";
import { type Ending, EXIT, type Failure, toFailure, toShown } from "../ending.ts";
import {
  type ChangeList,
  printChanges,
  printVersions,
  type VersionLine,
} from "../screens/catalog-changes.ts";
import { printCount } from "../screens/units.ts";
import type { Session } from "../session.ts";
import { COUNT } from "./readers.ts";

const FILE = ["<file>", 'a catalog in TOML; "-" is stdin'] as const;
const VERSIONS = 20;

/** Adds `catalog` and what is below it. */
export function addCatalogCommands(program: Command, add: Add): void {
  const catalog = program
    .command("catalog")
    .description("the file of channels and origins: check it, compare it, apply it, go back");
  const check = catalog
    .command("check")
    .description("read a file and change nothing; every complaint has its line")
    .argument(...FILE)
    .option("--offline", "with the rules in this checkout, without a control worker")
    .option("--allow-ip", "with --offline: allow origins that are IP addresses");
  const example = "weir catalog show > my.toml && weir catalog";
  add<CheckOptions>(
    check,
    [`${example} check my.toml`, "weir catalog check my.toml --offline --allow-ip"],
    runCheck,
  );
  add(
    catalog
      .command("diff")
      .description("what applying a file would change")
      .argument(...FILE),
    [`${example} diff my.toml`],
    (session, { args: [file = "-"] }) => diff(session, file),
  );
  const apply = catalog
    .command("apply")
    .description("put a file into force as a whole, or not at all")
    .argument(...FILE)
    .option("--expect <version>", "only if this version is in force", COUNT);
  add<ApplyOptions>(apply, [`${example} apply my.toml`], runApply);
  const rollback = catalog
    .command("rollback")
    .description("put an earlier version into force again, under a new number")
    .argument("<version>", "one of `catalog versions`", COUNT)
    .option("--expect <version>", "only if this version is in force", COUNT);
  add<ApplyOptions>(rollback, ["weir catalog rollback 1"], runRollback);
  const versions = catalog
    .command("versions")
    .description("every catalog that was ever applied, newest first")
    .option("--limit <count>", `at most so many, default ${VERSIONS}`, COUNT);
  add<{ readonly limit?: number }>(versions, ["weir catalog versions"], listVersions);
  add(
    catalog
      .command("show")
      .description("the file in force, or an earlier one, as it was written")
      .argument("[version]", "one of `catalog versions`", COUNT),
    ["weir catalog show", "weir catalog show 1"],
    show,
  );
}

interface CheckOptions {
  readonly offline?: boolean;
  readonly allowIp?: boolean;
}

interface ApplyOptions {
  readonly expect?: number;
}

interface Counts {
  readonly origins: number;
  readonly channels: number;
}

interface Text {
  readonly kind: "text";
  readonly text: string;
  /** As complaints name it. */
  readonly name: string;
}

async function readFile({ readText }: Session, file: string): Promise<Text | Failure> {
  try {
    return { kind: "text", text: await readText(file), name: file === "-" ? "stdin" : file };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return toFailure(
      EXIT.usage,
      "The catalog cannot be read.",
      `${file}: ${code ?? String(error)}.`,
    );
  }
}

async function runCheck(
  session: Session,
  { args: [file = "-"], options }: { args: readonly (string | undefined)[]; options: CheckOptions },
): Promise<Ending> {
  const read = await readFile(session, file);
  if (read.kind === "failure") return read;
  const { text, name } = read;
  if (options.offline === true) return checkOffline(read, options.allowIp === true);
  const checked = await session.client.send<Counts>("POST", "/catalog/check", { toml: text });
  if (checked.kind === "failure") return toNamed(checked, name);
  return toShown(checked.body, () => printFine(name, checked.body));
}

/** The control worker's own reader; loaded only here, for it brings the whole schema. */
async function checkOffline({ text, name }: Text, allowIpOrigins: boolean): Promise<Ending> {
  const { readCatalog } = await import("../../../workers/core/config/read-catalog.ts");
  const reading = readCatalog(text, { allowIpOrigins });
  if (reading.kind === "refused") return toRefusal(name, reading.problems);
  const { origins, channels } = reading.catalog;
  const counts = { origins: origins.length, channels: channels.length };
  return toShown(counts, () => printFine(name, counts));
}

function printFine(name: string, { origins, channels }: Counts): string {
  return `${name} is fine: ${printCount(origins, "origin")}, ${printCount(channels, "channel")}.`;
}

function toRefusal(name: string, problems: readonly CatalogProblem[]): Failure {
  const lines = problems.map(({ line, place, message }) => {
    return `${name}:${line}: ${place === "" ? "the file" : place} ${message}`;
  });
  const title = "The catalog was refused; nothing has changed.";
  return {
    ...toFailure(EXIT.failed, title, lines.join("\n")),
    problem: {
      type: "urn:weir:problem:catalog-refused",
      title,
      detail: lines.join("\n"),
      problems,
    },
  };
}

/** The API does not know what the file is called here; editors jump to `name:line`. */
function toNamed(failure: Failure, name: string): Failure {
  const problems = failure.problem?.["problems"];
  if (!Array.isArray(problems)) return failure;
  const { detail } = toRefusal(name, problems as readonly CatalogProblem[]);
  return { ...failure, detail };
}

interface Diff extends ChangeList {
  readonly against: number | null;
}

async function diff(session: Session, file: string): Promise<Ending> {
  const read = await readFile(session, file);
  if (read.kind === "failure") return read;
  const compared = await session.client.send<Diff>("POST", "/catalog/diff", { toml: read.text });
  if (compared.kind === "failure") return toNamed(compared, read.name);
  return toShown(compared.body, (paint) => printChanges(compared.body, paint));
}

interface Applied extends ChangeList {
  readonly version: number;
  readonly changed: boolean;
}

async function runApply(
  session: Session,
  { args: [file = "-"], options }: { args: readonly (string | undefined)[]; options: ApplyOptions },
): Promise<Ending> {
  const { client } = session;
  const read = await readFile(session, file);
  if (read.kind === "failure") return read;
  const toml = read.text;
  const compared = await client.send<Diff>("POST", "/catalog/diff", { toml });
  if (compared.kind === "failure") return toNamed(compared, read.name);
  const against = options.expect ?? compared.body.against;
  const condition = against === null ? {} : { ifMatch: String(against) };
  const applied = await client.send<Applied>("PUT", "/catalog", { toml, ...condition });
  return applied.kind === "failure" ? toNamed(applied, read.name) : showApplied(applied.body);
}

function showApplied(applied: Applied): Ending {
  return toShown(applied, (paint) => {
    const { version, changed } = applied;
    if (!changed) return `Version ${version} is in force; nothing has changed by it.`;
    return `${printChanges(applied, paint)}\n\n${paint("good", `Version ${version} is in force.`)}`;
  });
}

async function runRollback(
  { client }: Session,
  { args, options }: { args: readonly (string | undefined)[]; options: ApplyOptions },
): Promise<Ending> {
  const version = Number(args[0]);
  const newest = options.expect ?? (await readNewest(client));
  if (typeof newest === "object" && newest !== null) return newest;
  const condition = newest === null ? {} : { ifMatch: String(newest) };
  const sending = { json: { version }, ...condition };
  const applied = await client.send<Applied>("POST", "/catalog/rollback", sending);
  return applied.kind === "failure" ? applied : showApplied(applied.body);
}

async function readNewest(client: Session["client"]): Promise<number | null | Failure> {
  const newest = await readPages<VersionLine>(client, "/catalog/versions", "versions", 1);
  return newest.kind === "failure" ? newest : (newest.rows[0]?.version ?? null);
}

async function listVersions(
  { client, readNowMs }: Session,
  { options }: { options: { readonly limit?: number } },
): Promise<Ending> {
  const { limit = VERSIONS } = options;
  const found = await readPages<VersionLine>(client, "/catalog/versions", "versions", limit);
  if (found.kind === "failure") return found;
  const { rows: versions, hasMore } = found;
  const more = hasMore ? "\n… there are more; see --limit" : "";
  const nowMs = readNowMs();
  return toShown({ versions, hasMore }, (paint) => printVersions(versions, nowMs, paint) + more);
}

async function show(
  { client }: Session,
  { args: [version] }: { args: readonly (string | undefined)[] },
): Promise<Ending> {
  const path = version === undefined ? "/catalog" : `/catalog/versions/${version}`;
  const found = await client.get<string>(path);
  if (found.kind === "failure") return found;
  const number = Number(/\d+/.exec(found.header("etag") ?? "")?.[0]);
  return toShown({ version: number, text: found.body }, () => found.body.trimEnd());
}
