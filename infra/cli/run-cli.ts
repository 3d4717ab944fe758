// One run of the command line: reads the words, loads the settings, lets the command do its work
// and prints how it ended. The only place that knows commander's errors, and the exit code.

import { CommanderError } from "commander";
import type { Runner } from "./add-command.ts";
import { makeClient } from "./client/client.ts";
import { loadSettings } from "./config/load-settings.ts";
import { type Ending, EXIT } from "./ending.ts";
import { makeFiles } from "./files.ts";
import { makeOutput, makePaint } from "./output.ts";
import { makeProgram } from "./program.ts";
import { printFailure, printFailureJson } from "./screens/failure.ts";
import type { Call, Handler, Output } from "./session.ts";

interface GlobalOptions {
  readonly url?: string;
  readonly edge?: string;
  readonly token?: string;
  readonly timeout?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** Runs one command line, without node and script. Gives the exit code; see ending.ts. */
export async function runCli(words: readonly string[]): Promise<number> {
  let exit: number = EXIT.done;
  const runner: Runner = (handler) => async (call) => {
    exit = await runHandler(handler, call);
  };
  const program = makeProgram(runner, process.env);
  try {
    await program.parseAsync([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for is no mistake; help for want of a command is.
    const isAsked = error.code === "commander.helpDisplayed" || error.code === "commander.version";
    return isAsked ? EXIT.done : EXIT.usage;
  }
  return exit;
}

async function runHandler<Options>(
  handler: Handler<Options>,
  call: Call<Options>,
): Promise<number> {
  // Every command has these beside its own.
  const { json: isJson = false, ...flags } = call.options as GlobalOptions;
  const output = makeOutput(isJson);
  const loaded = await loadSettings(flags, process.env, process.cwd());
  if (loaded.kind === "failure") return show(loaded, output);
  for (const warning of loaded.warnings) output.note(`weir: ${warning}`);
  const client = makeClient(loaded.settings);
  const ending = await handler({ client, output, ...makeFiles() }, call);
  return show(ending, output);
}

function show(ending: Ending, output: Output): number {
  if (ending.kind === "shown") {
    const { json, text, exit = EXIT.done } = ending;
    if (output.isJson) {
      if (json !== undefined) output.print(JSON.stringify(json, null, 2));
    } else {
      const words = text(output.paint);
      if (words !== "") output.print(words);
    }
    return exit;
  }
  if (output.isJson) output.print(printFailureJson(ending));
  else process.stderr.write(printFailure(ending, makePaint(process.stderr)));
  return ending.exit;
}
