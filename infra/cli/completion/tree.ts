// The tree of commands as completion needs it: plain data, read off commander's own tree, so that
// a new command or flag is completed without anybody's doing.

import type { Command } from "commander";

export interface FlagNode {
  /** `--json`, or `-h`. */
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** Whether the value is a file. */
  readonly isFile: boolean;
  readonly choices: readonly string[];
}

export interface CommandNode {
  /** Words from the program's name on: `weir event watch`. */
  readonly path: readonly string[];
  readonly description: string;
  /** Its own; the program's work everywhere. */
  readonly flags: readonly FlagNode[];
  readonly children: readonly CommandNode[];
  /** What its first argument may be: words, or a file. */
  readonly argument: { readonly choices: readonly string[]; readonly isFile: boolean };
}

/** The tree from a command on. */
export function toCommandNode(command: Command, above: readonly string[] = []): CommandNode {
  const path = [...above, command.name()];
  const visible = command.createHelp().visibleOptions(command);
  const flags = visible.map((option) => ({
    names: [option.short, option.long].filter((name) => name !== undefined),
    description: option.description,
    takesValue: option.required || option.optional,
    isFile: /<file>/.test(option.flags),
    choices: option.argChoices ?? [],
  }));
  const [first] = command.registeredArguments;
  const children = command.commands.map((child) => toCommandNode(child, path));
  return {
    path,
    description: command.description(),
    flags,
    children,
    argument: {
      choices: first?.argChoices ?? [],
      isFile: first?.name() === "file",
    },
  };
}

/** The node and everything below it. */
export function toAllNodes(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.children.flatMap(toAllNodes)];
}
