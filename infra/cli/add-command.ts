// How every command gets into the tree: with what it does, and with examples that can be pasted.

import type { Command } from "commander";
import type { Call, Handler } from "./session.ts";

/** How a command's handler becomes commander's action. */
export type Runner = <Options>(handler: Handler<Options>) => (call: Call<Options>) => Promise<void>;

/** Finishes a command. Examples begin with `weir `. */
export type Add = <Options>(
  command: Command,
  examples: readonly string[],
  handler: Handler<Options>,
) => Command;

/** The finisher of one tree; `env` says by which words we were called. */
export function makeAdd(runner: Runner, env: Readonly<Record<string, string | undefined>>): Add {
  const words = toCallWords(env);
  return (command, examples, handler) => {
    const run = runner(handler);
    const lines = examples.map(
      (example) => `  ${example.replaceAll(/\bweir (?=[a-z])/g, `${words} `)}`,
    );
    return command
      .addHelpText("after", `\nExamples:\n${lines.join("\n")}`)
      .action((...given: unknown[]) => {
        const self = given.at(-1) as Command;
        const args = self.processedArgs as readonly (string | undefined)[];
        return run({ args, options: self.optsWithGlobals() as never });
      });
  };
}

/** An example is pasted where this help was asked for, so it begins with the same words. */
function toCallWords(env: Readonly<Record<string, string | undefined>>): string {
  if (env["npm_command"] === "exec") return "npx weir";
  return env["npm_lifecycle_event"] === "weir" ? "npm run weir --" : "weir";
}
