// weir explain: why a viewer gets what it gets, as the edge itself tells it.

import type { Command } from "commander";
import type { Add } from "../add-command.ts";
import { toShown } from "../ending.ts";
import { type ExplainAnswer, printExplanation } from "../screens/explanation.ts";

/** Adds `explain`. */
export function addExplainCommand(program: Command, add: Add): void {
  const command = program
    .command("explain")
    .description("how a request for a viewer URL goes now: route, key, tiers, origins, lifetime")
    .argument("<url>", "a viewer's URL, or its path")
    .option("--region <regions>", "as seen from these, separated by commas; else from the first");
  const examples = ["weir explain /demo/master.m3u8", "weir explain /demo-vod/master.m3u8 --json"];
  add<{ readonly region?: string }>(command, examples, async ({ client }, { args, options }) => {
    const query = { url: args[0], region: options.region };
    const explained = await client.get<ExplainAnswer>("/explain", query);
    if (explained.kind === "failure") return explained;
    return toShown(explained.body, (paint) => printExplanation(explained.body, paint));
  });
}
