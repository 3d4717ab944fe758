// The tree of commands, for commander: names, arguments, options, help. What a command does is in
// commands/, one file each; the tree only knows where they stand. Help, suggestions and shell
// completion all come out of this one tree.

import { Command } from "commander";
import { makeAdd, type Runner } from "./add-command.ts";
import { addCatalogCommands } from "./commands/catalog.ts";
import { addChannelCommands } from "./commands/channel.ts";
import { addCompletionCommand } from "./commands/completion.ts";
import { addConfigCommand } from "./commands/config.ts";
import { addCostCommand } from "./commands/cost.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addEventCommands } from "./commands/event.ts";
import { addExplainCommand } from "./commands/explain.ts";
import { addHostCommands } from "./commands/host.ts";
import { addHotCommand } from "./commands/hot.ts";
import { addIncidentsCommand } from "./commands/incidents.ts";
import { addManifestCommand } from "./commands/manifest.ts";
import { addOriginCommands } from "./commands/origin.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addTokenCommands } from "./commands/token.ts";

/** Help is as wide as this, whatever the terminal: it is also a file in the tests. */
const HELP_COLUMNS = 90;

/** The tree; `env` says how we were called. */
export function makeProgram(
  runner: Runner,
  env: Readonly<Record<string, string | undefined>> = {},
): Command {
  const program = new Command("weir")
    .description("Operates a Weir installation: what plays, what is warm, and who decides.")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show the help of a command")
    .option("--url <url>", "control worker; else WEIR_URL, the file, or the local stack")
    .option("--edge <url>", "edge; else WEIR_EDGE_URL, the file, or what control says")
    .option("--token <token>", "API token; rather set WEIR_TOKEN: others can see your flags")
    .option("--config <file>", "configuration file; else the nearest weir.config.toml")
    .option("--timeout <seconds>", "longest wait for one answer, default 30")
    .option("--json", "one JSON document on stdout, also of a failure")
    .configureHelp({ showGlobalOptions: true, helpWidth: HELP_COLUMNS, sortSubcommands: false })
    .configureOutput({
      getOutHelpWidth: () => HELP_COLUMNS,
      getErrHelpWidth: () => HELP_COLUMNS,
      outputError: (words, write) => write(words.replace(/^error: /, "weir: ")),
    })
    .showHelpAfterError("(add --help to see what there is)")
    .exitOverride();
  const add = makeAdd(runner, env);
  addStatusCommand(program, add);
  addExplainCommand(program, add);
  addManifestCommand(program, add);
  addIncidentsCommand(program, add);
  addEventCommands(program, add);
  addHotCommand(program, add);
  addCatalogCommands(program, add);
  addOriginCommands(program, add);
  addChannelCommands(program, add);
  addHostCommands(program, add);
  addTokenCommands(program, add);
  addCostCommand(program, add);
  addDevCommand(program, add);
  addConfigCommand(program, add);
  addCompletionCommand(program, add);
  return program;
}
