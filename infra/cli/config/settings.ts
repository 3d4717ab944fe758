// Which settings count: flags before environment before file before default, each with where it
// came from, so that `weir config` can say it. A token is a value like the others here and is
// printed nowhere. Pure: reading files is load-settings.ts' part.

import { EXIT, type Failure, toFailure } from "../ending.ts";
import type { ConfigFile } from "./config-file.ts";

/** What `npm start` serves. */
export const DEFAULT_URL = "http://127.0.0.1:8788";
const TIMEOUT_SECONDS = 30;
const TIMEOUT_SECONDS_MAX = 600;

export interface Setting<Value> {
  readonly value: Value;
  /** `--url`, `WEIR_URL`, a file and its line, or "default". */
  readonly source: string;
}

export interface Settings {
  /** Of the control worker, without a slash at the end. */
  readonly url: Setting<string>;
  /** Of the edge; null: the control worker knows it. */
  readonly edge: Setting<string | null>;
  readonly token: Setting<string | null>;
  /** Longest wait for one answer. */
  readonly timeoutSeconds: Setting<number>;
  readonly file: string | null;
}

/** What flags, environment and file can say, by the same names. */
export const SETTING_NAMES = ["url", "edge", "token", "timeout"] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

export const VARIABLES: Readonly<Record<SettingName, string>> = {
  url: "WEIR_URL",
  edge: "WEIR_EDGE_URL",
  token: "WEIR_TOKEN",
  timeout: "WEIR_TIMEOUT",
};

export interface SettingSources {
  readonly flags: Readonly<Partial<Record<SettingName, string>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: ConfigFile | null;
}

/** The settings in force, or the one that cannot be used. */
export function decideSettings(sources: SettingSources): Settings | Failure {
  const url = decideUrl(find("url", sources) ?? { value: DEFAULT_URL, source: "default" });
  if ("kind" in url) return url;
  const givenEdge = find("edge", sources);
  const edge = givenEdge === null ? { value: null, source: "default" } : decideUrl(givenEdge);
  if ("kind" in edge) return edge;
  const timeoutSeconds = decideTimeout(find("timeout", sources));
  if ("kind" in timeoutSeconds) return timeoutSeconds;
  const token = find("token", sources) ?? { value: null, source: "default" };
  if (token.value !== null && !/^[\x21-\x7e]{1,8192}$/.test(token.value)) {
    return refuse("token", token.source, "holds blanks or letters that no token has.");
  }
  return { url, edge, token, timeoutSeconds, file: sources.file?.path ?? null };
}

function find(name: SettingName, { flags, env, file }: SettingSources): Setting<string> | null {
  const flag = flags[name];
  if (flag !== undefined) return { value: flag, source: `--${name}` };
  const variable = env[VARIABLES[name]];
  // An empty variable is how shells and CI say "none".
  if (variable !== undefined && variable !== "") {
    return { value: variable, source: VARIABLES[name] };
  }
  const entry = file?.values[name];
  if (entry === undefined || file === null) return null;
  return { value: entry.text, source: `${file.path}:${entry.line}` };
}

function decideUrl({ value, source }: Setting<string>): Setting<string> | Failure {
  const form = /^(https?):\/\/([^/?#@\s]+)(\/[^?#\s]*)?$/i.exec(value);
  if (form === null) {
    return refuse("URL", source, `"${value}" is none; it looks like ${DEFAULT_URL}.`);
  }
  return { value: value.replace(/\/+$/, ""), source };
}

function decideTimeout(given: Setting<string> | null): Setting<number> | Failure {
  if (given === null) return { value: TIMEOUT_SECONDS, source: "default" };
  const seconds = /^\d{1,3}$/.test(given.value) ? Number(given.value) : 0;
  if (seconds >= 1 && seconds <= TIMEOUT_SECONDS_MAX)
    return { value: seconds, source: given.source };
  const words = `"${given.value}" is no number of seconds from 1 to ${TIMEOUT_SECONDS_MAX}.`;
  return refuse("timeout", given.source, words);
}

function refuse(what: string, source: string, words: string): Failure {
  return toFailure(EXIT.usage, `The ${what} cannot be used.`, `${source}: ${words}`);
}

/** Whether a URL is of this machine: then the local stack's own token may be asked for. */
export function isLoopback(url: string): boolean {
  return /^https?:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?(\/|$)/i.test(url);
}
