// Watching a preload event until nothing more happens by itself: a screen that is drawn over
// itself on a terminal, a line when something changed elsewhere, a document per look with --json.
// The exit code says how it ended.

import type { EventProgress } from "../../../workers/core/contract/events.ts";
import { type Ending, EXIT, type ExitCode, type Failure, toShown } from "../ending.ts";
import {
  type Look,
  printProgress,
  printProgressLine,
  toBytesPerSecond,
  toLooks,
} from "../screens/progress.ts";
import type { Session } from "../session.ts";

const LOOK_EVERY_MS = 500;
/** Of what is no terminal: whoever reads a log does not want two lines a second. */
const LINE_EVERY_MS = 2_000;
/** A control worker that is being deployed comes back within this. */
const MISSES_MAX = 20;

export interface WatchRule {
  /** Ends the watching; what is planned waits for somebody. */
  readonly until: "rest" | "planned";
  readonly isQuiet?: boolean;
}

const AT_REST: readonly EventProgress["state"][] = [
  "done",
  "failed",
  "cancelled",
  "paused",
  "planned",
];

/** Watches an event. Gives its last look, or why it cannot be seen. */
export async function watchEvent(
  session: Session,
  id: string,
  { until, isQuiet = false }: WatchRule,
): Promise<Look | Failure> {
  const { client, output, sleep, readNowMs } = session;
  let looks: readonly Look[] = [];
  let misses = 0;
  let lineAtMs = 0;
  let shown = "";
  for (;;) {
    const found = await client.get<EventProgress>(`/events/${id}`);
    if (found.kind === "failure") {
      misses += 1;
      const isPassing = found.exit === EXIT.unreachable && looks.length > 0;
      if (!isPassing || misses > MISSES_MAX) return found;
      await sleep(LOOK_EVERY_MS);
      continue;
    }
    misses = 0;
    const look: Look = { atMs: readNowMs(), progress: found.body };
    looks = toLooks(looks, look);
    const isEnd = isAtEnd(look.progress.state, until);
    const rate = toBytesPerSecond(looks);
    const line = output.isJson ? JSON.stringify(look.progress) : printProgressLine(look, rate);
    if (isQuiet) shown = line;
    else if (output.isLive)
      await output.draw(printProgress(look, rate, output.columns, output.paint));
    else if (line !== shown && (isEnd || look.atMs - lineAtMs >= LINE_EVERY_MS)) {
      output.print(line);
      [shown, lineAtMs] = [line, look.atMs];
    }
    if (isEnd) {
      if (!isQuiet && output.isLive) await output.draw("");
      return look;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function isAtEnd(state: EventProgress["state"], until: WatchRule["until"]): boolean {
  if (until === "planned" && state !== "accepted" && state !== "planning") return true;
  return AT_REST.includes(state);
}

/** The last look as an ending; `--json` has printed it already. */
export function showWatched(look: Look, { output }: Session): Ending {
  const exit = toExit(look.progress);
  if (!output.isLive) return toShown(undefined, () => "", exit);
  const text = printProgress(look, null, output.columns, output.paint);
  return toShown(undefined, () => text, exit);
}

/** How an event that rests counts for a script. */
export function toExit({ state, objects }: EventProgress): ExitCode {
  if (state === "cancelled") return EXIT.failed;
  if (state !== "failed") return EXIT.done;
  // What was planned and is not warm enough; an event that could not be planned just failed.
  return objects.planned > 0 ? EXIT.belowCoverage : EXIT.failed;
}
