// From flags to the event that the API takes. Nothing is judged here: the API knows what fits, and
// says what does not.

import type { Command } from "commander";
import { EXIT, type Failure, toFailure } from "../ending.ts";
import type { Session } from "../session.ts";
import { NUMBER, SHARE, SIZE, SPAN } from "./readers.ts";
import { toWords } from "./values.ts";

export interface EventOptions {
  readonly channel?: string;
  readonly playlist?: string;
  readonly paths?: string;
  readonly prefix?: string;
  readonly title?: string;
  readonly preset?: string;
  readonly regions?: string;
  readonly whole?: boolean;
  readonly first?: number;
  readonly last?: number;
  readonly follow?: string;
  readonly maxHeight?: number;
  readonly maxBandwidth?: number;
  readonly renditions?: string;
  readonly startsAt?: string;
  readonly lead?: number;
  readonly maxBytes?: number;
  readonly maxCost?: number;
  readonly rate?: number;
  readonly coverage?: number;
  readonly rewarm?: boolean;
}

/** Members of the form and the flags they come from. */
export const EVENT_FLAGS: Readonly<Record<string, string>> = {
  channel: "--channel",
  playlist: "--playlist",
  paths: "--paths",
  prefix: "--prefix",
  title: "--title",
  preset: "--preset",
  regions: "--regions",
  "window.seconds": "--first or --last",
  "window.until": "--follow",
  "renditions.heightMax": "--max-height",
  "renditions.bandwidthMax": "--max-bandwidth",
  "renditions.playlists": "--renditions",
  startsAt: "--starts-at",
  leadSeconds: "--lead",
  "budget.bytes": "--max-bytes",
  "budget.cost": "--max-cost",
  "budget.requestsPerSecond": "--rate",
  "verify.coverage": "--coverage",
};

/** Adds the flags that say what an event is. */
export function addEventFlags(command: Command): Command {
  return command
    .option("--channel <id>", "the channel's entry playlist")
    .option("--playlist <path>", "or one playlist, like /demo-vod/v360/index.m3u8")
    .option("--paths <file>", 'or files below the channel, one per line; "-" is stdin')
    .option("--prefix <prefix>", "or what its storage has below a prefix")
    .option("--title <text>", "for people")
    .option("--preset <name>", "event, show, commerce or interactive; other flags win")
    .option("--regions <regions>", "separated by commas; else all")
    .option("--whole", "all of each playlist")
    .option("--first <span>", "its first part, like 60s", SPAN)
    .option("--last <span>", "its last part", SPAN)
    .option("--follow <until>", "what is announced until then, like 2026-11-20T20:00:00Z")
    .option("--max-height <lines>", "no renditions above", NUMBER)
    .option("--max-bandwidth <bits>", "no renditions above, bits per second", NUMBER)
    .option("--renditions <paths>", "only these media playlists, separated by commas")
    .option("--starts-at <moment>", "when the crowd comes; else at once")
    .option("--lead <span>", "how long before that the run begins", SPAN)
    .option("--max-bytes <size>", "budget: what origins may send, like 20GB", SIZE)
    .option("--max-cost <amount>", "budget: in the currency of [prices]", NUMBER)
    .option("--rate <count>", "budget: requests per second to an origin", NUMBER)
    .option("--coverage <share>", "done from this share on, like 95%", SHARE)
    .option("--no-rewarm", "later looks report what is cold and leave it");
}

/** The event as JSON; undefined members are left out when it is sent. */
export async function toEventForm(
  session: Session,
  options: EventOptions,
): Promise<{ readonly kind: "form"; readonly form: object } | Failure> {
  const paths = options.paths === undefined ? undefined : await readPaths(session, options.paths);
  if (paths !== undefined && "kind" in paths) return paths;
  const { maxHeight: heightMax, maxBandwidth: bandwidthMax, renditions } = options;
  const { maxBytes: bytes, maxCost: cost, rate: requestsPerSecond, coverage, rewarm } = options;
  const playlists = renditions === undefined ? undefined : toWords(renditions);
  return {
    kind: "form",
    form: {
      title: options.title,
      channel: options.channel,
      playlist: options.playlist,
      paths,
      prefix: options.prefix,
      preset: options.preset,
      regions: options.regions === undefined ? undefined : toWords(options.regions),
      window: toWindow(options),
      renditions: toSome({ heightMax, bandwidthMax, playlists }),
      startsAt: options.startsAt,
      leadSeconds: options.lead,
      budget: toSome({ bytes, requestsPerSecond, cost }),
      // Commander sets what begins with --no- to true when it is not given.
      verify: toSome({ coverage, rewarm: rewarm === false ? false : undefined }),
    },
  };
}

function toWindow({ whole, first, last, follow }: EventOptions): object | undefined {
  if (follow !== undefined) return { kind: "follow", until: follow };
  if (first !== undefined) return { kind: "first", seconds: first };
  if (last !== undefined) return { kind: "last", seconds: last };
  return whole === true ? { kind: "whole" } : undefined;
}

/** Nothing, if no member is given. */
function toSome(members: Readonly<Record<string, unknown>>): object | undefined {
  return Object.values(members).some((member) => member !== undefined) ? members : undefined;
}

async function readPaths({ readText }: Session, file: string): Promise<string[] | Failure> {
  try {
    const text = await readText(file);
    return text.split(/\r?\n/).flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return toFailure(EXIT.usage, "The list of paths cannot be read.", `${file}: ${code ?? error}.`);
  }
}
