// Completion for fish: a line per command, flag and value, each with its condition.

import { type CommandNode, type FlagNode, toAllNodes } from "./tree.ts";

/** The script, to be sourced or kept in ~/.config/fish/completions. */
export function printFishCompletion(root: CommandNode): string {
  const [name = ""] = root.path;
  const lines = toAllNodes(root).flatMap((node) => printNode(name, node));
  const paths = toAllNodes(root).map(({ path }) => quote(path.join(" ")));
  return `# Completion of ${name} for fish: ${name} completion fish | source
function __${name}_at
  set -l at ${name}
  set -l known ${paths.join(" ")}
  for word in (commandline -opc)[2..-1]
    if contains -- "$at $word" $known
      set at "$at $word"
    end
  end
  test "$at" = "$argv"
end
complete -c ${name} -f
${root.flags.map((flag) => `complete -c ${name}${printFlag(flag)}`).join("\n")}
${lines.join("\n")}
`;
}

function printNode(name: string, node: CommandNode): readonly string[] {
  const start = `complete -c ${name} -n ${quote(`__${name}_at ${node.path.join(" ")}`)}`;
  const children = node.children.map(
    (child) => `${start} -a ${child.path.at(-1)} -d ${quote(child.description)}`,
  );
  const choices = node.argument.choices.map((choice) => `${start} -a ${quote(choice)}`);
  const files = node.argument.isFile ? [`${start} -F`] : [];
  // The program's own flags stand above, without a condition.
  const own = node.path.length === 1 ? [] : node.flags;
  return [...children, ...choices, ...files, ...own.map((flag) => start + printFlag(flag))];
}

function printFlag({ names, description, takesValue, isFile, choices }: FlagNode): string {
  const words = names.map((name) =>
    name.startsWith("--") ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`,
  );
  const value = !takesValue
    ? ""
    : isFile
      ? " -r -F"
      : choices.length > 0
        ? ` -x -a ${quote(choices.join(" "))}`
        : " -x";
  return `${words.join("")}${value} -d ${quote(description)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
