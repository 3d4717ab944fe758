// How a packager names its segments; a name is all that a URL, an S3 key and a playlist share.
//
// Two naming schemes exist in the demo, so that a channel can be fed by origins that agree on
// nothing but the picture. The number in a name is the MSN; a name has exactly one spelling, so
// that one segment never has two URLs. It knows no hosts, buckets or folders of renditions.

export interface SegmentNaming {
  /** Folder below the rendition's, empty or ending with a slash. */
  readonly folder: string;
  readonly stem: string;
  /** MSNs are padded with zeros to at least this many digits. */
  readonly digitCountMin: number;
}

export const PLAIN_NAMING: SegmentNaming = { folder: "", stem: "", digitCountMin: 1 };
export const PADDED_NAMING: SegmentNaming = { folder: "w/", stem: "seg_", digitCountMin: 5 };

export function printSegmentName(naming: SegmentNaming, msn: number): string {
  return `${naming.folder}${naming.stem}${`${msn}`.padStart(naming.digitCountMin, "0")}.m4s`;
}

export function printInitName(naming: SegmentNaming): string {
  return `${naming.folder}init.mp4`;
}

/** The MSN in a name below a rendition's folder, or undefined when it is not such a name. */
export function parseSegmentName(naming: SegmentNaming, name: string): number | undefined {
  const digits = /(\d{1,15})\.m4s$/.exec(name)?.[1];
  if (digits === undefined) return undefined;
  const msn = Number(digits);
  return printSegmentName(naming, msn) === name ? msn : undefined;
}
