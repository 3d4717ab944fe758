// weir dev: the local stack, by the very command that `npm start` is. Flags are its own
// (infra/local/flags.ts); only paths are made absolute, because npm runs it in the checkout.

import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { HELP } from "../../local/flags.ts";
import type { Add } from "../add-command.ts";
import { type Ending, EXIT, toFailure, toShown } from "../ending.ts";
import type { Session } from "../session.ts";

const CHECKOUT = join(import.meta.dirname, "..", "..", "..");
const PATH_FLAGS = ["--catalog", "--data"];
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Adds `dev`. */
export function addDevCommand(program: Command, add: Add): void {
  const command = program
    .command("dev")
    .description("run the whole of Weir on this machine; Ctrl-C ends it")
    .argument("[flags...]", "as for npm start")
    .allowUnknownOption();
  const flags = HELP.split("\n\n").slice(2).join("\n\n").trimEnd();
  const examples = ["weir dev", "weir dev --port 0 --control-port 0 --storage-port 0"];
  add(command, examples, (session, { args }) => {
    return run(session, (args[0] ?? []) as unknown as readonly string[]);
  }).addHelpText("after", `\nFlags:\n${flags}`);
}

async function run({ cwd }: Session, flags: readonly string[]): Promise<Ending> {
  const words = flags.map((flag, place) => toAbsolute(flag, flags[place - 1], cwd));
  const child = spawn("npm", ["--silent", "start", "--", ...words], {
    cwd: CHECKOUT,
    stdio: "inherit",
  });
  // Ctrl-C reaches the child by itself; what is sent to us alone has to be passed on.
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  const { promise, resolve: end } = Promise.withResolvers<Ending>();
  child.on("error", (error) => {
    end(toFailure(EXIT.failed, "The local stack was not started.", `npm: ${error.message}.`));
  });
  child.on("exit", (code) => {
    // What went wrong was said by the stack itself.
    end(toShown(undefined, () => "", code === 0 ? EXIT.done : EXIT.failed));
  });
  return promise;
}

function toAbsolute(flag: string, before: string | undefined, cwd: string): string {
  if (before !== undefined && PATH_FLAGS.includes(before)) return resolve(cwd, flag);
  const [, name = "", value] = /^(--[a-z-]+)=(.*)$/.exec(flag) ?? [];
  return value !== undefined && PATH_FLAGS.includes(name) ? `${name}=${resolve(cwd, value)}` : flag;
}
