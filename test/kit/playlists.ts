// Small playlists for scenarios, written by hand so that a test shows what matters in it.

/** A live window: `first` to `last`, 2 s segments, names by number. */
export function printLive(first: number, last: number, extra = ""): string {
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:3",
    "#EXT-X-TARGETDURATION:2",
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
  ];
  if (extra !== "") lines.push(extra);
  for (let msn = first; msn <= last; msn++) lines.push("#EXTINF:2.000,", `${msn}.ts`);
  return `${lines.join("\n")}\n`;
}

/** A finished playlist of `count` segments. */
export function printVod(count: number): string {
  return `${printLive(0, count - 1, "#EXT-X-PLAYLIST-TYPE:VOD")}#EXT-X-ENDLIST\n`;
}

/** The playlist with what the edge promises of it. */
export function withPromises(text: string, promises = "CAN-BLOCK-RELOAD=YES"): string {
  return text.replace(/(#EXT-X-TARGETDURATION:.*\n)/, `$1#EXT-X-SERVER-CONTROL:${promises}\n`);
}
