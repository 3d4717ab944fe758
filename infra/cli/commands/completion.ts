// weir completion: the script by which a shell completes our words, made from the tree of commands
// itself.

import { Argument, type Command } from "commander";
import type { Add } from "../add-command.ts";
import { printBashCompletion } from "../completion/bash.ts";
import { printFishCompletion } from "../completion/fish.ts";
import { toCommandNode } from "../completion/tree.ts";
import { printZshCompletion } from "../completion/zsh.ts";
import { toShown } from "../ending.ts";

const SHELLS = { bash: printBashCompletion, zsh: printZshCompletion, fish: printFishCompletion };
type Shell = keyof typeof SHELLS;

/** Adds `completion`. */
export function addCompletionCommand(program: Command, add: Add): void {
  const command = program
    .command("completion")
    .description("the script by which a shell completes these commands")
    .addArgument(new Argument("<shell>", "which one").choices(Object.keys(SHELLS)));
  const examples = [
    'eval "$(weir completion bash)"',
    "source <(weir completion zsh)",
    "weir completion fish | source",
  ];
  add(command, examples, async (_, { args }) => {
    const script = SHELLS[args[0] as Shell](toCommandNode(program));
    return toShown({ shell: args[0], script }, () => script.trimEnd());
  });
}
