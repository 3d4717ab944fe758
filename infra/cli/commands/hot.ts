// weir hot: what is wanted most, and what is done for it unasked.

import type { Command } from "commander";
import type { Add } from "../add-command.ts";
import { toShown } from "../ending.ts";
import { type Hot, printHot } from "../screens/hot.ts";

/** Adds `hot`. */
export function addHotCommand(program: Command, add: Add): void {
  add(
    program
      .command("hot")
      .description("files that viewers want most, what was preloaded unasked, and hit ratios"),
    ["weir hot"],
    async ({ client, readNowMs }) => {
      const found = await client.get<Hot>("/hot");
      if (found.kind === "failure") return found;
      return toShown(found.body, (paint) => printHot(found.body, readNowMs(), paint));
    },
  );
}
