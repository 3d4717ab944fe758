// Reads the stories of test/golden/ledger: what each origin gives, told in few lines, and expands
// them into the playlists themselves. A story's first paragraph says what it proves. Then:
//
//   channel replicas=auto [assemble=no]
//   origin a                       its playlists are below https://a.example/live/
//     multi LINE                   a line of its multivariant playlist, if it has one
//     list v1/index.m3u8           a media playlist; the lines below describe it
//     first 100 at 10:00:00 every 6   segment 100 starts then; each lasts 6 s
//     head LINE                    EXT-X-MEDIA-SEQUENCE is added by itself
//     front LINE                   in front of the first listed segment, whichever it is
//     at 103 LINE                  in front of segment 103
//     segment LINE                 tags and URI of every segment
//     part LINE, parts 3, hint LINE   parts per segment; listed for the last two and the open one
//   10:00:30 a lists 100-104       optional: +2 (open parts), dsn 1, end, of v1/index.m3u8 (only
//                                  that one), as x.m3u8 (at the URL of another one)
//   10:00:31 a multivariant
//   10:00:40 choose b failure
//   10:00:41 proofs equal          answers all questions that are open
//   10:00:42 tick | reopen | joinability | restore
//
// In lines {n} is the number, {n+5} another one, {p} the part, {date} the start of the segment,
// {offset} its number of thousands of bytes behind the first, and {independent} marks part 0.

export interface StoryList {
  readonly path: string;
  readonly firstMsn: number;
  readonly startMs: number;
  readonly everySeconds: number;
  readonly partCount: number;
  readonly head: readonly string[];
  readonly front: readonly string[];
  readonly at: readonly { readonly msn: number; readonly line: string }[];
  readonly segment: readonly string[];
  readonly part: readonly string[];
  readonly hint: readonly string[];
}

export interface StoryOrigin {
  readonly id: string;
  readonly multi: readonly string[];
  readonly lists: readonly StoryList[];
}

export interface StoryStep {
  readonly atMs: number;
  /** The line as it stands in the story. */
  readonly text: string;
  readonly words: readonly string[];
}

export interface Story {
  readonly about: string;
  readonly channel: ReadonlyMap<string, string>;
  readonly origins: readonly StoryOrigin[];
  readonly steps: readonly StoryStep[];
}

type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] };

const day = "2026-11-20T";

function toMs(clock: string): number {
  return Date.parse(`${day}${clock}Z`);
}

export function parseStory(text: string): Story {
  const [about = "", ...rest] = text.split("\n\n");
  const lines = rest.join("\n").split("\n");
  const origins: Draft<StoryOrigin>[] = [];
  const steps: StoryStep[] = [];
  let channel = new Map<string, string>();
  for (const raw of lines) {
    const line = raw.trim();
    if (line === "" || line.startsWith("//")) continue;
    const [word = "", ...words] = line.split(/\s+/);
    if (/^\d\d:/.test(word)) steps.push({ atMs: toMs(word), text: line, words });
    else if (word === "channel") channel = new Map(words.map((pair) => toPair(pair)));
    else if (word === "origin") origins.push({ id: words[0] ?? "", multi: [], lists: [] });
    else readOriginLine(origins.at(-1), word, line.slice(word.length + 1), words);
  }
  return { about, channel, origins: origins as StoryOrigin[], steps };
}

function toPair(text: string): [string, string] {
  const [name = "", value = ""] = text.split("=");
  return [name, value];
}

function readOriginLine(
  origin: Draft<StoryOrigin> | undefined,
  word: string,
  rest: string,
  words: readonly string[],
): void {
  if (origin === undefined) throw new Error(`"${word}" stands before any origin.`);
  if (word === "multi") return void origin.multi.push(rest);
  if (word === "list") {
    const list = { path: rest, firstMsn: 0, startMs: 0, everySeconds: 6, partCount: 0 };
    const lines = { head: [], front: [], at: [], segment: [], part: [], hint: [] };
    return void origin.lists.push({ ...list, ...lines });
  }
  const list = origin.lists.at(-1) as Draft<StoryList> | undefined;
  if (list === undefined) throw new Error(`"${word}" stands before any list.`);
  switch (word) {
    case "first":
      list.firstMsn = Number(words[0]);
      list.startMs = toMs(words[2] ?? "");
      list.everySeconds = Number(words[4]);
      return;
    case "parts":
      list.partCount = Number(words[0]);
      return;
    case "at":
      list.at.push({ msn: Number(words[0]), line: rest.slice(rest.indexOf(" ") + 1) });
      return;
    case "head":
    case "front":
    case "segment":
    case "part":
    case "hint":
      list[word].push(rest);
      return;
    default:
      throw new Error(`A story does not know "${word}".`);
  }
}

export interface Listed {
  readonly firstMsn: number;
  readonly lastMsn: number;
  readonly openParts: number;
  readonly discontinuitySequence: number;
  readonly ended: boolean;
  /** Null: all lists. */
  readonly path: string | null;
  readonly alias: string | null;
}

/** The words behind "lists". */
export function toListed(words: readonly string[]): Listed {
  const [range = "", ...options] = words;
  const [first = 0, last = first] = range.split("-").map(Number);
  const valueOf = (name: string) => {
    const at = options.indexOf(name);
    return at < 0 ? null : (options[at + 1] ?? null);
  };
  const parts = options.find((word) => word.startsWith("+"));
  return {
    firstMsn: first,
    lastMsn: last,
    openParts: parts === undefined ? 0 : Number(parts.slice(1)),
    discontinuitySequence: Number(valueOf("dsn") ?? 0),
    ended: options.includes("end"),
    path: valueOf("of"),
    alias: valueOf("as"),
  };
}

/** The playlist that an origin gives. */
export function printList(list: StoryList, listed: Listed): string {
  const { firstMsn, lastMsn, openParts, discontinuitySequence, ended } = listed;
  const lines = ["#EXTM3U", ...list.head, `#EXT-X-MEDIA-SEQUENCE:${firstMsn}`];
  if (discontinuitySequence > 0) {
    lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`);
  }
  lines.push(...list.front.map((line) => fill(list, line, firstMsn, 0)));
  for (let msn = firstMsn; msn <= lastMsn; msn += 1) {
    lines.push(...toOwnLines(list, msn));
    if (list.partCount > 0 && msn > lastMsn - 2) lines.push(...toParts(list, msn, list.partCount));
    lines.push(...list.segment.map((line) => fill(list, line, msn, 0)));
  }
  if (openParts > 0) {
    lines.push(...toOwnLines(list, lastMsn + 1), ...toParts(list, lastMsn + 1, openParts));
  }
  lines.push(...list.hint.map((line) => fill(list, line, lastMsn + 1, openParts)));
  if (ended) lines.push("#EXT-X-ENDLIST");
  return `${lines.join("\n")}\n`;
}

function toOwnLines(list: StoryList, msn: number): readonly string[] {
  return list.at.filter((one) => one.msn === msn).map(({ line }) => fill(list, line, msn, 0));
}

function toParts(list: StoryList, msn: number, count: number): readonly string[] {
  const parts = Array.from({ length: count }, (_, part) => part);
  return parts.flatMap((part) => list.part.map((line) => fill(list, line, msn, part)));
}

function fill(list: StoryList, line: string, msn: number, part: number): string {
  const index = msn - list.firstMsn;
  const startMs = list.startMs + Math.round(index * list.everySeconds * 1000);
  return line
    .replaceAll("{date}", new Date(startMs).toISOString())
    .replaceAll("{offset}", `${index * 1000}`)
    .replaceAll("{p}", `${part}`)
    .replaceAll("{independent}", part === 0 ? ",INDEPENDENT=YES" : "")
    .replace(/\{n(?:\+(\d+))?\}/g, (_, plus) => `${msn + Number(plus ?? 0)}`);
}
