// Reads weir.config.toml: a few settings of the command line, nothing of the catalog. Every
// complaint names the file and the line. A key that is not known is a mistake, not a wish.

import { parse as parseToml, TomlError } from "smol-toml";
import { toHint } from "../../../workers/core/config/hint.ts";
import { toTomlLine } from "../../../workers/core/config/toml-lines.ts";
import { EXIT, type Failure, toFailure } from "../ending.ts";
import { SETTING_NAMES, type SettingName } from "./settings.ts";

export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<
    Partial<Record<SettingName, { readonly text: string; readonly line: number }>>
  >;
}

/** The file's settings, or every complaint about it. */
export function parseConfigFile(path: string, text: string): ConfigFile | Failure {
  let document: Readonly<Record<string, unknown>>;
  try {
    document = parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const words = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    return refuse([`${path}:${error.line}: is not valid TOML: ${words}.`]);
  }
  const faults: string[] = [];
  const values: { [Name in SettingName]?: { readonly text: string; readonly line: number } } = {};
  for (const [name, value] of Object.entries(document)) {
    const line = toTomlLine(text, [name]);
    const known = SETTING_NAMES.find((each) => each === name);
    if (known === undefined) {
      const words = `"${name}" is not a setting${toHint(name, SETTING_NAMES)}`;
      faults.push(`${path}:${line}: ${words.endsWith("?") ? words : `${words}.`}`);
    } else if (known === "timeout" && typeof value === "number") {
      values[known] = { text: String(value), line };
    } else if (typeof value === "string") values[known] = { text: value, line };
    // The value is not shown: it might be a token.
    else faults.push(`${path}:${line}: ${name} must be a text in quotes.`);
  }
  return faults.length === 0 ? { path, values } : refuse(faults);
}

function refuse(faults: readonly string[]): Failure {
  const remedy = "Correct the file, or name another with --config FILE.";
  return toFailure(EXIT.usage, "The configuration file was refused.", faults.join("\n"), remedy);
}
