// weir host: the delivery hosts that players are steered between (pathways), and the word by which
// one is taken out. What happens to sessions then is in infra/docs/steering.md.

import type { Command } from "commander";
import type { Add } from "../add-command.ts";
import { type Ending, toShown } from "../ending.ts";
import { type HostLine, printHosts } from "../screens/hosts.ts";
import type { Call, Session } from "../session.ts";
import { SPAN } from "./readers.ts";

const SECONDS_PER_MINUTE = 60;
const ARGUMENT = ["<pathway>", "a pathway of the catalog's [[hosts]]"] as const;

/** Adds `host` and what is below it. */
export function addHostCommands(program: Command, add: Add): void {
  const host = program
    .command("host")
    .description("delivery hosts that players are steered between, and taking one out");
  add(
    host.command("list").description("every pathway with its verdict"),
    ["weir host list"],
    async ({ client }) => {
      const listed = await client.get<{ readonly pathways: readonly HostLine[] }>("/pathways");
      if (listed.kind === "failure") return listed;
      return toShown(listed.body, (paint) => printHosts(listed.body.pathways, paint));
    },
  );
  const drain = host
    .command("drain")
    .description("sessions leave a host with their next steering manifest")
    .argument(...ARGUMENT)
    .option("--for <span>", "until it ends by itself, like 30m, 2h; whole minutes", SPAN);
  // The demo has one host, so there is nothing to be pasted that would not be refused.
  add<{ readonly for?: number }>(drain, ["weir host drain b --for 30m"], (session, call) => {
    const { for: seconds } = call.options;
    const minutes = seconds === undefined ? null : Math.ceil(seconds / SECONDS_PER_MINUTE);
    return order(session, call, { drained: true, minutes });
  });
  const undrain = host
    .command("undrain")
    .description("let a drained host take sessions again")
    .argument(...ARGUMENT);
  add(undrain, ["weir host undrain b"], (session, call) =>
    order(session, call, { drained: false }),
  );
}

async function order(
  { client }: Session,
  { args: [id = ""] }: Pick<Call, "args">,
  json: { readonly drained: boolean; readonly minutes?: number | null },
): Promise<Ending> {
  const path = `/pathways/${encodeURIComponent(id)}`;
  const taken = await client.send<HostLine>("PUT", path, { json });
  if (taken.kind === "failure") return taken;
  return toShown(taken.body, (paint) => printHosts([taken.body], paint));
}
