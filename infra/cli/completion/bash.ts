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
      `      flags="${flags.flatMap((flag) => flag.names).join(" ")}"`,
    ];
    return [...lines, ...(argument.isFile ? ["      files=1"] : []), "      ;;"];
  });
  const values = toValueCases(nodes.flatMap(({ flags }) => flags));
  const known = nodes.map(({ path }) => `"${path.join(" ")}"`).join("|");
  return `# Completion of ${name} for bash: eval "$(${name} completion bash)"
_${name}() {
  local at="${name}" word words flags files="" index
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
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
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

/** What follows a flag that takes a value. */
function toValueCases(flags: readonly FlagNode[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const { names, takesValue, isFile, choices } of flags) {
    if (!takesValue) continue;
    const offer = isFile
      ? 'COMPREPLY=($(compgen -f -- "$current"))'
      : `COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$current"))`;
    seen.set(names.join(" | "), offer);
  }
  return [...seen].map(([names, offer]) => `  ${names})\n    ${offer}\n    return\n    ;;`);
}
