// weir origin: who is fit, and the orders about one origin. What each order does is in
// infra/docs/health.md; an order that needs an end and has none is refused by the API.

import type { Command } from "commander";
import type { Add } from "../add-command.ts";
import { toShown } from "../ending.ts";
import { type OriginLine, printOrigins } from "../screens/health.ts";
import { giveOrder, listOrders, revokeOrders } from "./orders.ts";
import { SHARE, SPAN } from "./readers.ts";

interface OrderOptions {
  readonly channel?: string;
  readonly for?: number;
  readonly share?: number;
}

interface Row {
  readonly kind: string;
  readonly undo: string;
  readonly does: string;
  readonly undoes: string;
  readonly example: string;
  readonly hasShare?: boolean;
}

const ROWS: readonly Row[] = [
  {
    kind: "drain",
    undo: "undrain",
    does: "move what an origin serves to the others, gently",
    undoes: "let a drained origin serve again",
    example: "east --for 10m",
  },
  {
    kind: "pin",
    undo: "unpin",
    does: "prefer an origin, whatever its health",
    undoes: "end a pin",
    example: "west --channel demo --for 10m",
  },
  {
    kind: "ban",
    undo: "unban",
    does: "take an origin out at once; needs --for",
    undoes: "end a ban",
    example: "west --for 10m",
  },
  {
    kind: "canary",
    undo: "uncanary",
    does: "give an origin a share of the sessions; needs --share and --for",
    undoes: "end a canary",
    example: "west --channel demo --share 5% --for 10m",
    hasShare: true,
  },
];

/** Adds `origin` and what is below it. */
export function addOriginCommands(program: Command, add: Add): void {
  const origin = program
    .command("origin")
    .description("origins: their health, and orders about them");
  add(
    origin.command("list").description("every origin with its verdict and the reasons for it"),
    ["weir origin list", "weir origin list --json"],
    async ({ client }) => {
      const listed = await client.get<{ readonly origins: readonly OriginLine[] }>("/origins");
      if (listed.kind === "failure") return listed;
      return toShown(listed.body, (paint) => printOrigins(listed.body.origins, paint));
    },
  );
  add(
    origin.command("orders").description("the operators' orders that are in force"),
    ["weir origin orders"],
    listOrders,
  );
  for (const row of ROWS) addOrder(origin, add, row);
}

function addOrder(origin: Command, add: Add, row: Row): void {
  const { kind, undo, does, undoes, example, hasShare } = row;
  const give = origin
    .command(kind)
    .description(does)
    .argument("<origin>", "an origin of the catalog")
    .option("--channel <id>", "for this channel only; else for all")
    .option("--for <span>", "until it ends by itself, like 90s, 30m, 2h", SPAN);
  if (hasShare === true) give.option("--share <share>", "part of the sessions, like 5%", SHARE);
  add<OrderOptions>(give, [`weir origin ${kind} ${example}`], (session, { args, options }) => {
    const { channel, share, for: forSeconds } = options;
    return giveOrder(session, { kind, origin: args[0], channel, share, forSeconds });
  });
  const take = origin
    .command(undo)
    .description(undoes)
    .argument("<origin>", "an origin of the catalog")
    .option("--channel <id>", "only the order for this channel");
  const id = example.split(" ")[0] ?? "";
  add<OrderOptions>(take, [`weir origin ${undo} ${id}`], (session, { args, options }) =>
    revokeOrders(session, kind, { origin: args[0], channel: options.channel }),
  );
}
