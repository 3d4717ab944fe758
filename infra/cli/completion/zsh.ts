// Completion for zsh, with descriptions: one function per command, in the manner of _arguments.

import { type CommandNode, type FlagNode, toAllNodes } from "./tree.ts";

/** The script; as a file `_weir` in $fpath, or sourced after compinit. */
export function printZshCompletion(root: CommandNode): string {
  const [name = ""] = root.path;
  const functions = toAllNodes(root).map((node) => printFunction(node, `_${name}_flags`));
  const global = root.flags.flatMap(printFlag).map((spec) => `  ${spec}`);
  return `#compdef ${name}
# Completion of ${name} for zsh: source <(${name} completion zsh), after compinit.
typeset -ga _${name}_flags=(
${global.join("\n")}
)
${functions.join("\n")}
if [[ "\${funcstack[1]}" == "_${name}" ]]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
}

function printFunction(node: CommandNode, global: string): string {
  const isRoot = node.path.length === 1;
  const flags = [`"\${${global}[@]}"`, ...(isRoot ? [] : node.flags.flatMap(printFlag))];
  const title = toFunctionName(node);
  if (node.children.length === 0) {
    const argument = printArgument(node);
    return [`${title}() {`, "  _arguments -s \\", ...join([...flags, ...argument]), "}"].join("\n");
  }
  const commands = node.children.map(
    (child) => `    ${quote(`${child.path.at(-1)}:${escapeColons(child.description)}`)}`,
  );
  const branches = node.children.map(
    (child) => `      ${child.path.at(-1)}) ${toFunctionName(child)} ;;`,
  );
  return `${title}() {
  local line state
  local -a commands=(
${commands.join("\n")}
  )
  _arguments -C \\
${join([...flags, quote("1: :->command"), quote("*:: :->rest")]).join("\n")}
  case "$state" in
  command) _describe command commands ;;
  rest)
    case "$line[1]" in
${branches.join("\n")}
    esac
    ;;
  esac
}`;
}

function join(specs: readonly string[]): readonly string[] {
  return specs.map((spec, place) => `    ${spec}${place === specs.length - 1 ? "" : " \\"}`);
}

function toFunctionName({ path }: CommandNode): string {
  return `_${path.join("_").replaceAll("-", "_")}`;
}

function printFlag({
  names,
  description,
  takesValue,
  isFile,
  choices,
}: FlagNode): readonly string[] {
  const words = description.replace(/[[\]]/g, "\\$&");
  const action = isFile ? "_files" : choices.length > 0 ? `(${choices.join(" ")})` : " ";
  const value = takesValue ? `:value:${action}` : "";
  return names.map((name) => quote(`${name}[${words}]${value}`));
}

function printArgument({ argument, children }: CommandNode): readonly string[] {
  if (children.length > 0) return [];
  if (argument.isFile) return [quote("*:file:_files")];
  return argument.choices.length > 0 ? [quote(`1:value:(${argument.choices.join(" ")})`)] : [];
}

function escapeColons(text: string): string {
  return text.replaceAll(":", "\\:");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
