// How a command ends: with something to show, or with a failure that names its place and remedy.
// Commands return this as a value; run-command.ts prints it and turns it into the exit code. The
// codes are a contract with scripts (infra/docs/cli.md): they are added to, never changed.

import type { Paint } from "./screens/paint.ts";

export const EXIT = {
  done: 0,
  /** Refused by the API, or failed. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was asked. */
  usage: 2,
  /** An event, or its receipt, is below the coverage that was wanted. */
  belowCoverage: 3,
  /** Nobody answers, or not a Weir. */
  unreachable: 4,
  /** No token, a wrong one, or one without the scope. */
  notAllowed: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Shown {
  readonly kind: "shown";
  /** The document that `--json` prints. */
  readonly json: unknown;
  /** The same for people; "" prints nothing. */
  readonly text: (paint: Paint) => string;
  /** Absent: done. */
  readonly exit?: ExitCode;
}

export interface Failure {
  readonly kind: "failure";
  readonly exit: ExitCode;
  /** One sentence: what failed. */
  readonly title: string;
  /** Where, and why; lines. */
  readonly detail: string;
  /** What to do about it; null: the detail says it. */
  readonly remedy: string | null;
  /** The API's problem document (RFC 9457), if there is one. */
  readonly problem?: Readonly<Record<string, unknown>>;
}

export type Ending = Shown | Failure;

/** Something to show. */
export function toShown(json: unknown, text: Shown["text"], exit?: ExitCode): Shown {
  return { kind: "shown", json, text, ...(exit === undefined ? {} : { exit }) };
}

/** A failure of our own. */
export function toFailure(
  exit: ExitCode,
  title: string,
  detail: string,
  remedy: string | null = null,
): Failure {
  return { kind: "failure", exit, title, detail, remedy };
}
