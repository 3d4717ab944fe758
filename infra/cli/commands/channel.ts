// weir channel: who serves each channel, and the orders about channels: freeze (nothing moves
// without need) and shadow (switches are only written down).

import type { Command } from "commander";
import type { Add } from "../add-command.ts";
import { toShown } from "../ending.ts";
import { printRoutes, type RouteLine } from "../screens/health.ts";
import { giveOrder, revokeOrders } from "./orders.ts";
import { SPAN } from "./readers.ts";

const ROWS = [
  {
    kind: "freeze",
    undo: "unfreeze",
    does: "move nothing without need during an event; needs --for",
    undoes: "end a freeze",
    example: "demo --for 10m",
  },
  {
    kind: "shadow",
    undo: "unshadow",
    does: "decide, write down what would have been switched, and switch nothing",
    undoes: "end a shadow",
    example: "demo --for 10m",
  },
] as const;

/** Adds `channel` and what is below it. */
export function addChannelCommands(program: Command, add: Add): void {
  const channel = program
    .command("channel")
    .description("channels: who serves them, and orders about them");
  add(
    channel.command("list").description("every channel, who serves it, and why"),
    ["weir channel list"],
    async ({ client, readNowMs }) => {
      const listed = await client.get<{ readonly channels: readonly RouteLine[] }>("/routes");
      if (listed.kind === "failure") return listed;
      return toShown(listed.body, (paint) => printRoutes(listed.body.channels, readNowMs(), paint));
    },
  );
  for (const { kind, undo, does, undoes, example } of ROWS) {
    const give = channel
      .command(kind)
      .description(does)
      .argument("[channel]", "a channel of the catalog; else all")
      .option("--for <span>", "until it ends by itself, like 90s, 30m, 2h", SPAN);
    add<{ readonly for?: number }>(give, [`weir channel ${kind} ${example}`], (session, call) => {
      return giveOrder(session, { kind, channel: call.args[0], forSeconds: call.options.for });
    });
    const take = channel
      .command(undo)
      .description(undoes)
      .argument("[channel]", "a channel of the catalog; else every order of the kind");
    add(take, [`weir channel ${undo} demo`], (session, { args }) =>
      revokeOrders(session, kind, { channel: args[0] }),
    );
  }
}
