// One structured line per event, for Workers Logs. Bugs and refusals by the platform are always
// written, and so are origins' failures unless WEIR_LOG=quiet; requests only with
// WEIR_LOG=requests, because a line costs as much as a header.
// Never logs tokens, queries, addresses or secrets.

export interface Log {
  /** A bug or a broken promise of the platform. */
  error(message: string, facts: Readonly<Record<string, unknown>>): void;
  /** Somebody else's failure that an operator should be able to look up. */
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
  /** One line per request, if wanted: only then are the facts gathered. */
  request(facts: () => Readonly<Record<string, unknown>>): void;
}

/** A log on the console. `level` is the variable WEIR_LOG. */
export function makeLog(level: string | undefined): Log {
  return {
    error(message, facts) {
      // biome-ignore lint/suspicious/noConsole: this is the log port.
      console.error(JSON.stringify({ level: "error", message, ...facts }));
    },
    warn(message, facts) {
      if (level === "quiet") return;
      // biome-ignore lint/suspicious/noConsole: this is the log port.
      console.warn(JSON.stringify({ level: "warn", message, ...facts }));
    },
    request(facts) {
      if (level !== "requests") return;
      // biome-ignore lint/suspicious/noConsole: this is the log port.
      console.log(JSON.stringify({ level: "request", ...facts() }));
    },
  };
}
