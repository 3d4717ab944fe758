// What people read before anything runs: the help of every command, and the scripts that complete
// them. UPDATE_GOLDEN=1 writes them anew; review the diff as a user would.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { printBashCompletion } from "../../infra/cli/completion/bash.ts";
import { printFishCompletion } from "../../infra/cli/completion/fish.ts";
import { toCommandNode } from "../../infra/cli/completion/tree.ts";
import { printZshCompletion } from "../../infra/cli/completion/zsh.ts";
import { makeProgram } from "../../infra/cli/program.ts";

const program = makeProgram(() => async () => undefined);

/** The help as `--help` prints it, examples included. */
function printHelp(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (words) => (text += words) });
  command.outputHelp();
  return text;
}

function toCommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(toCommands)];
}

function toPath(command: Command): string {
  const above = command.parent === null ? "" : `${toPath(command.parent)} `;
  return above + command.name();
}

const COMMANDS = toCommands(program);
const FILES: readonly (readonly [string, () => string])[] = [
  [
    "help.txt",
    () => COMMANDS.map((each) => `$ ${toPath(each)} --help\n${printHelp(each)}`).join("\n"),
  ],
  ["completion.bash", () => printBashCompletion(toCommandNode(program))],
  ["completion.zsh", () => printZshCompletion(toCommandNode(program))],
  ["completion.fish", () => printFishCompletion(toCommandNode(program))],
];

test.each(FILES)("%s", (name, make) => {
  const file = join(import.meta.dirname, "cli", name);
  const text = make();
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
});

describe("every command that does something", () => {
  const doers = COMMANDS.filter((command) => command.commands.length === 0);

  test.each(doers.map((command) => [toPath(command), command] as const))("%s", (path, command) => {
    const help = printHelp(command);
    // An example that can be pasted, and words for every argument and flag.
    expect(help).toMatch(new RegExp(`Examples:\\n  .*\\b${path}\\b`));
    expect(command.description()).not.toBe("");
    for (const argument of command.registeredArguments) {
      expect([argument.name(), argument.description]).not.toContain("");
    }
    for (const { flags, description } of command.options) {
      expect([flags, description]).not.toContain("");
    }
  });
});

test("examples begin with the words by which the help was asked for", () => {
  const env = { npm_command: "exec" };
  const [status] = makeProgram(() => async () => undefined, env).commands;
  if (status === undefined) throw new Error("no commands");
  expect(printHelp(status)).toContain("  npx weir status\n");
});
