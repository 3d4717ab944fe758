// What a command may use: the client, and the few things of the machine that commands need. Given
// to every command as one value, so that a test can give others.

import type { Client } from "./client/client.ts";
import type { Ending } from "./ending.ts";
import type { Paint } from "./screens/paint.ts";

export interface Output {
  /** Whether lines may be overwritten: a terminal, and no --json. */
  readonly isLive: boolean;
  readonly isJson: boolean;
  readonly columns: number;
  readonly paint: Paint;
  /** A line to stdout. */
  print(line: string): void;
  /** A line to stderr, for what is no result. */
  note(line: string): void;
  /** Overwrites what was drawn last; "" clears it. Only if `isLive`. */
  draw(text: string): Promise<void>;
}

export interface Session {
  readonly client: Client;
  readonly output: Output;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readNowMs(): number;
  sleep(ms: number): Promise<void>;
  /** A file's text; "-" is stdin. Rejects as readFile does. */
  readText(path: string): Promise<string>;
  writeText(path: string, text: string): Promise<void>;
}

/** Arguments and options of one call, as commander read them. */
export interface Call<Options = Readonly<Record<string, unknown>>> {
  readonly args: readonly (string | undefined)[];
  readonly options: Options;
}

export type Handler<Options> = (session: Session, call: Call<Options>) => Promise<Ending>;
