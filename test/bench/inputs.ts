// The four playlists of the codec bench, made of rules and not of chance, so that every run and
// every machine measures the same bytes. Shapes follow what packagers write: names of fixed width,
// a date now and then, six decimals in durations. Each exists with relative URIs and with absolute
// ones of its origin, because some packagers write only the latter.

export const inputNames = ["live", "low-latency", "dvr", "multivariant"] as const;
export type InputName = (typeof inputNames)[number];

export const uriForms = ["relative", "absolute"] as const;
export type UriForm = (typeof uriForms)[number];

export interface BenchInput {
  readonly name: InputName;
  readonly form: UriForm;
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Path of the playlist below the prefix. */
  readonly playlistPath: string;
  /** Where it was fetched from. */
  readonly playlistUrl: string;
}

export const prefixUrl = "https://origin.example/live/";
const mediaPath = "v720/index.m3u8";
const startMs = Date.UTC(2026, 10, 20, 10);
const encoder = new TextEncoder();

export function makeInput(name: InputName, form: UriForm, segmentCount?: number): BenchInput {
  const isMultivariant = name === "multivariant";
  const playlistPath = isMultivariant ? "master.m3u8" : mediaPath;
  const folder = form === "relative" ? "" : prefixUrl + (isMultivariant ? "" : "v720/");
  const text = makers[name](folder, segmentCount);
  // Joined by an array, for the URL of a reply is flat: nobody hangs it together for each version.
  const playlistUrl = [prefixUrl, playlistPath].join("");
  return { name, form, text, bytes: encoder.encode(text), playlistPath, playlistUrl };
}

type Maker = (folder: string, segmentCount?: number) => string;

const makers: Record<InputName, Maker> = {
  live: (folder, segmentCount = 6) => {
    const head = [
      "#EXTM3U",
      "#EXT-X-VERSION:6",
      "#EXT-X-TARGETDURATION:6",
      "#EXT-X-MEDIA-SEQUENCE:48211",
      "#EXT-X-INDEPENDENT-SEGMENTS",
    ];
    return print([...head, ...printSegments(folder, 48211, segmentCount, "ts")]);
  },
  "low-latency": makeLowLatency,
  dvr: (folder, segmentCount = 7200) => {
    const head = [
      "#EXTM3U",
      "#EXT-X-VERSION:7",
      "#EXT-X-TARGETDURATION:6",
      "#EXT-X-MEDIA-SEQUENCE:48211",
      "#EXT-X-PLAYLIST-TYPE:EVENT",
      `#EXT-X-MAP:URI="${folder}init.mp4"`,
    ];
    return print([...head, ...printSegments(folder, 48211, segmentCount, "m4s")]);
  },
  multivariant: makeMultivariant,
};

function print(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

function printDate(sequence: number): string {
  return `#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs + sequence * 6000).toISOString()}`;
}

/** One date every ten segments, as a packager with hourly files writes it. */
function printSegments(folder: string, first: number, count: number, ending: string): string[] {
  const lines: string[] = [];
  for (let sequence = first; sequence < first + count; sequence += 1) {
    if (sequence === first || sequence % 10 === 0) lines.push(printDate(sequence));
    const seconds = sequence % 7 === 0 ? "5.973333" : "6.006000";
    lines.push(
      `#EXTINF:${seconds},`,
      `${folder}segment-${String(sequence).padStart(8, "0")}.${ending}`,
    );
  }
  return lines;
}

/** Ten segments; the last three with six parts each, and two parts of the next one. */
function makeLowLatency(folder: string, segmentCount = 10): string {
  const first = 90_000;
  const name = (sequence: number) => `${folder}segment-${sequence}`;
  const part = (sequence: number, index: number) => {
    const flag = index === 0 ? ",INDEPENDENT=YES" : "";
    return `#EXT-X-PART:DURATION=1.00000,URI="${name(sequence)}.${index}.m4s"${flag}`;
  };
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:9",
    "#EXT-X-TARGETDURATION:6",
    "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3.0,CAN-SKIP-UNTIL=36.0",
    "#EXT-X-PART-INF:PART-TARGET=1.0",
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    `#EXT-X-MAP:URI="${folder}init.mp4"`,
  ];
  const last = first + segmentCount - 1;
  for (let sequence = first; sequence <= last; sequence += 1) {
    lines.push(printDate(sequence));
    for (let index = 0; sequence > last - 3 && index < 6; index += 1) {
      lines.push(part(sequence, index));
    }
    lines.push("#EXTINF:6.00000,", `${name(sequence)}.m4s`);
  }
  lines.push(part(last + 1, 0), part(last + 1, 1));
  lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${name(last + 1)}.2.m4s"`);
  for (const rendition of ["v360", "v1080", "audio"]) {
    const uri = `../${rendition}/index.m3u8`;
    lines.push(`#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${last + 1},LAST-PART=1`);
  }
  return print(lines);
}

const heights = [2160, 1440, 1080, 720, 540, 480, 360, 270, 240, 144];
const codecs = ["avc1.640028,mp4a.40.2", "hvc1.2.4.L150.B0,mp4a.40.2", "av01.0.08M.08,mp4a.40.2"];
const languages = ["en", "es", "fr", "de", "pt", "it", "nl", "sv", "pl", "tr"];

/** 60 variants: ten heights, three codecs, two audio groups; 20 renditions: ten languages each. */
function makeMultivariant(folder: string): string {
  const lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"];
  for (const group of ["stereo", "surround"]) {
    for (const [index, language] of languages.entries()) {
      const list = [
        `TYPE=AUDIO,GROUP-ID="${group}",NAME="Language ${language}",LANGUAGE="${language}"`,
        `DEFAULT=${index === 0 ? "YES" : "NO"},AUTOSELECT=YES`,
        `CHANNELS="${group === "stereo" ? 2 : 6}",URI="${folder}audio/${group}/${language}.m3u8"`,
      ];
      lines.push(`#EXT-X-MEDIA:${list.join(",")}`);
    }
  }
  for (const group of ["stereo", "surround"]) {
    for (const [index, codec] of codecs.entries()) {
      for (const height of heights) {
        const width = Math.round((height * 16) / 9);
        const list = [
          `BANDWIDTH=${height * 4500},AVERAGE-BANDWIDTH=${height * 4000},CODECS="${codec}"`,
          `RESOLUTION=${width}x${height},FRAME-RATE=50.000,AUDIO="${group}"`,
        ];
        lines.push(`#EXT-X-STREAM-INF:${list.join(",")}`);
        lines.push(`${folder}v${height}-${index}-${group}/index.m3u8`);
      }
    }
  }
  return print(lines);
}
