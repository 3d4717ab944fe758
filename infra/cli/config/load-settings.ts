// Finds and reads the configuration file: the one that is named, else the nearest weir.config.toml
// upwards from here, else the one in the home directory. Exactly one file is read: were they laid
// over each other, the token of one could be sent to the address of another.

import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { EXIT, type Failure, toFailure } from "../ending.ts";
import { type ConfigFile, parseConfigFile } from "./config-file.ts";
import { decideSettings, type SettingSources, type Settings } from "./settings.ts";

const FILE_NAME = "weir.config.toml";
const HOME_NAMES = [join(".config", "weir", "config.toml"), `.${FILE_NAME}`] as const;
/** Any real one has ten lines. */
const FILE_BYTES_MAX = 64 * 1024;

export interface Loaded {
  readonly kind: "loaded";
  readonly settings: Settings;
  /** Said on stderr, once. */
  readonly warnings: readonly string[];
}

/** The settings of one run. */
export async function loadSettings(
  flags: SettingSources["flags"] & { readonly config?: string },
  env: SettingSources["env"],
  cwd: string,
): Promise<Loaded | Failure> {
  const named = flags.config ?? (env["WEIR_CONFIG"] || undefined);
  const path = named ?? (await findFile(cwd));
  const file = path === null ? null : await readConfigFile(path);
  if (file !== null && "kind" in file) return file;
  const settings = decideSettings({ flags, env, file });
  if ("kind" in settings) return settings;
  return { kind: "loaded", settings, warnings: await findWarnings(file, settings) };
}

async function findFile(cwd: string): Promise<string | null> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, FILE_NAME);
    if (await isFile(path)) return path;
    if (dirname(folder) === folder) break;
  }
  for (const name of HOME_NAMES) {
    const path = join(homedir(), name);
    if (await isFile(path)) return path;
  }
  return null;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function readConfigFile(path: string): Promise<ConfigFile | Failure> {
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES_MAX) return refuse(`${path}: has more than ${FILE_BYTES_MAX} bytes.`);
    return parseConfigFile(path, await readFile(path, "utf8"));
  } catch (error) {
    return refuse(`${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
  }
}

function refuse(detail: string): Failure {
  return toFailure(EXIT.usage, "The configuration file cannot be read.", detail);
}

async function findWarnings(file: ConfigFile | null, settings: Settings): Promise<string[]> {
  const warnings: string[] = [];
  if (file?.values.token !== undefined && process.platform !== "win32") {
    const { mode } = await stat(file.path);
    if ((mode & 0o077) !== 0) {
      warnings.push(`${file.path} holds a token and others may read it: chmod 600 ${file.path}`);
    }
  }
  const { url, token } = settings;
  if (
    token.value !== null &&
    /^http:/i.test(url.value) &&
    !/^http:\/\/(127\.|localhost\b|\[::1\])/i.test(url.value)
  ) {
    warnings.push(`the token goes to ${url.value} without encryption; use https.`);
  }
  return warnings;
}
