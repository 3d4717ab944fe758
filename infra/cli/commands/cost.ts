// weir cost: what a traffic would cost. Works without a control worker; what is reckoned and what
// is left out is in infra/docs/cost.md.

import type { Command } from "commander";
import { toCostReport } from "../../cost/cost-report.ts";
import { PRICE_LIST } from "../../cost/price-list.ts";
import {
  PROFILE_FIELDS,
  type ProfileField,
  parseTrafficProfile,
} from "../../cost/traffic-profile.ts";
import type { Add } from "../add-command.ts";
import { type Ending, EXIT, toFailure, toShown } from "../ending.ts";
import { printCost } from "../screens/cost.ts";
import type { Call, Session } from "../session.ts";
import { NUMBER } from "./readers.ts";

const FIELDS = Object.entries(PROFILE_FIELDS) as readonly (readonly [
  ProfileField,
  (typeof PROFILE_FIELDS)[ProfileField],
])[];

type Options = { readonly [Field in ProfileField]?: number } & {
  readonly vod?: boolean;
  readonly hotTier?: boolean;
};

/** Adds `cost`, with a flag for every field of a profile. */
export function addCostCommand(program: Command, add: Add): void {
  const command = program
    .command("cost")
    .description("what a traffic would cost, line by line, with the prices' sources and dates")
    .argument("[file]", 'a profile in JSON; "-" is stdin; flags win')
    .option("--vod", "files that are there already; else live")
    .option("--hot-tier", "files are kept in R2 and read from the origins once");
  for (const [field, { meaning, usual }] of FIELDS) {
    command.option(`--${toFlag(field)} <number>`, `${meaning}; else ${usual}`, NUMBER);
  }
  const examples = ["weir cost --hot-tier", "weir cost --vod --viewer-hours 50000 --hours 24"];
  add<Options>(command, examples, run);
}

function toFlag(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

async function run(session: Session, { args: [file], options }: Call<Options>): Promise<Ending> {
  let given: object = {};
  if (file !== undefined) {
    try {
      given = JSON.parse(await session.readText(file)) as object;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      return toFailure(EXIT.usage, "The profile cannot be read.", `${file}: ${why}.`);
    }
  }
  const numbers = FIELDS.flatMap(([field]) =>
    options[field] === undefined ? [] : [[field, options[field]] as const],
  );
  const reading = parseTrafficProfile({
    ...given,
    ...Object.fromEntries(numbers),
    ...(options.vod === true ? { mode: "vod" } : {}),
    ...(options.hotTier === true ? { hotTier: true } : {}),
  });
  if (reading.kind === "failure") {
    return toFailure(EXIT.usage, "The profile was refused.", reading.detail);
  }
  const { profile } = reading;
  const report = toCostReport(profile, PRICE_LIST);
  return toShown({ profile, ...report }, (paint) => printCost(report, paint));
}
