// Completion for bash: one function that finds the command the words so far lead to, and offers
// its commands, flags and values. Needs no bash-completion package.

import { type CommandNode, type FlagNode, toAllNodes } from "./tree.ts";

/** The script, to be sourced. */
export function printBashCompletion(root: CommandNode): string {
  const [name = ""] = root.path;
  const nodes = toAllNodes(root);
  const cases = nodes.flatMap(({ path, children, flags, argument }) => {
    const words = [...children.map((child) => child.path.at(-1)), ...argument.choices];
    const lines = [
      `    "${path.join(" ")}")`,
      `      words="${words.join(" ")}"`,
      `      flags="${toNames(flags)}"`,
    ];
    return [...lines, ...(argument.isFile ? ["      files=1"] : []), "      ;;"];
  });
  const values = toValueCases(nodes.flatMap(({ flags }) => flags));
  const known = nodes.map(({ path }) => `"${path.join(" ")}"`).join("|");
  return `# Completion of ${name} for bash: eval "$(${name} completion bash)"
_${name}() {
  local at="${name}" word words flags files="" index
  local global="${toNames(root.flags)}"
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$at $word" in
    ${known}) at="$at $word" ;;
    esac
  done
  case "$before" in
${values.join("\n")}
  esac
  case "$at" in
${cases.join("\n")}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags $global" -- "$current"))
  elif [[ -n "$files" ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -F _${name} ${name}
`;
}

function toNames(flags: readonly FlagNode[]): string {
  return flags.flatMap(({ names }) => names).join(" ");
}

/** What follows a flag that takes a value: a file, one of its words, or whatever it is. */
function toValueCases(flags: readonly FlagNode[]): readonly string[] {
  const offers = new Map<string, Set<string>>();
  for (const { names, takesValue, isFile, choices } of flags) {
    if (!takesValue) continue;
    const offer = isFile ? "-f" : `-W "${choices.join(" ")}"`;
    const known = offers.get(offer) ?? new Set();
    offers.set(offer, known);
    for (const name of names) known.add(name);
  }
  return [...offers].map(([offer, names]) => {
    const reply = `COMPREPLY=($(compgen ${offer} -- "$current"))`;
    return `  ${[...names].join(" | ")})\n    ${reply}\n    return\n    ;;`;
  });
}
