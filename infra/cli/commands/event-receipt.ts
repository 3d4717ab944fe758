// weir event receipt: what is proven of an event, with the signature checked here and not believed.
// The receipt can be kept as a file and checked again later, without the event.

import type { Command } from "commander";
import type { JSONWebKeySet } from "jose";
import type { SignedReceipt } from "../../../workers/core/contract/receipts.ts";
import type { Add } from "../add-command.ts";
import { type Ending, EXIT, type ExitCode, type Failure, toFailure, toShown } from "../ending.ts";
import { printReceipt, type SignatureVerdict } from "../screens/receipt.ts";
import type { Call, Session } from "../session.ts";
import { EVENT_ARGUMENT, findEventId } from "./event-id.ts";

interface Options {
  readonly out?: string;
  readonly in?: string;
  readonly keys?: string;
  readonly all?: boolean;
}

/** Adds `event receipt`. */
export function addReceiptCommand(event: Command, add: Add): void {
  const command = event
    .command("receipt")
    .description("what can be proven of an event; exit code 3 if less is warm than was wanted")
    .argument("[id]", `${EVENT_ARGUMENT[1]}; or --in`)
    .option("--all", "warm files too")
    .option("--out <file>", "keep the signed receipt as a file")
    .option("--in <file>", "read a receipt that was kept, in place of an event's")
    .option("--keys <file>", "the keys it must be signed with (JWK set); else the deployment's");
  const examples = ["weir event receipt latest", "weir event receipt latest --out receipt.json"];
  add<Options>(command, examples, run);
}

async function run(session: Session, { args: [given], options }: Call<Options>): Promise<Ending> {
  const signed = await readReceipt(session, given, options);
  if ("kind" in signed) return signed;
  const keys = await readKeys(session, options);
  if ("kind" in keys) return keys;
  const { checkSignature } = await import("../client/receipt-signature.ts");
  const verdict = await checkSignature(signed, keys);
  if (options.out !== undefined) {
    try {
      await session.writeText(options.out, `${JSON.stringify(signed, null, 2)}\n`);
    } catch (error) {
      return toFailure(
        EXIT.failed,
        "The receipt cannot be kept.",
        `${options.out}: ${toWhy(error)}.`,
      );
    }
  }
  const json = { ...signed, signatureVerdict: verdict };
  const isWhole = options.all === true;
  const { receipt } = signed;
  return toShown(
    json,
    (paint) => printReceipt(receipt, verdict, isWhole, paint),
    toExit(signed, verdict),
  );
}

async function readReceipt(
  session: Session,
  given: string | undefined,
  options: Options,
): Promise<SignedReceipt | Failure> {
  if (options.in !== undefined) return readJson<SignedReceipt>(session, options.in, "receipt");
  const id = await findEventId(session.client, given ?? "latest");
  if (typeof id !== "string") return id;
  const found = await session.client.get<SignedReceipt>(`/events/${id}/receipts`);
  return found.kind === "failure" ? found : found.body;
}

async function readKeys(session: Session, { keys }: Options): Promise<JSONWebKeySet | Failure> {
  if (keys !== undefined) return readJson<JSONWebKeySet>(session, keys, "keys");
  const found = await session.client.get<JSONWebKeySet>("/receipt-keys");
  return found.kind === "failure" ? found : found.body;
}

async function readJson<Value extends object>(
  { readText }: Session,
  file: string,
  member: string,
): Promise<Value | Failure> {
  try {
    const value = JSON.parse(await readText(file)) as Value;
    if (typeof value === "object" && value !== null && member in value) return value;
    return toFailure(EXIT.usage, "The file cannot be used.", `${file}: has no "${member}".`);
  } catch (error) {
    return toFailure(EXIT.usage, "The file cannot be used.", `${file}: ${toWhy(error)}.`);
  }
}

function toWhy(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}

function toExit({ receipt }: SignedReceipt, verdict: SignatureVerdict): ExitCode {
  if (verdict.kind === "bad") return EXIT.failed;
  const { warm, of, wanted } = receipt.coverage;
  return of > 0 && warm / of >= wanted ? EXIT.done : EXIT.belowCoverage;
}
