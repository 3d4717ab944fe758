// Reading ISO base media boxes (ISO/IEC 14496-12): the frame around everything in an fMP4 file.
//
// A box is a length, a four-letter type and a body; some bodies are boxes again. This file lists
// boxes and reads the two facts about tracks that the demo needs. Every read is bounded by its
// parent: media that lies about a length gives a failure value, never a read past the end.
// It changes nothing (fragment-shift.ts does) and knows no codec.

/** One box inside a file; offsets count from the start of the file. */
export interface IsoBox {
  readonly type: string;
  readonly start: number;
  /** Where the body begins: after the length, the type and, if present, the long length. */
  readonly body: number;
  readonly end: number;
}

const SMALL_HEADER_BYTES = 8;
const LARGE_HEADER_BYTES = 16;

export function toView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The boxes between two offsets, or undefined when their lengths do not fit exactly. */
export function parseBoxes(view: DataView, from: number, to: number): IsoBox[] | undefined {
  const boxes: IsoBox[] = [];
  let start = from;
  while (start < to) {
    if (start + SMALL_HEADER_BYTES > to) return undefined;
    let byteCount = view.getUint32(start);
    let headerBytes = SMALL_HEADER_BYTES;
    if (byteCount === 1) {
      if (start + LARGE_HEADER_BYTES > to) return undefined;
      byteCount = Number(view.getBigUint64(start + SMALL_HEADER_BYTES));
      headerBytes = LARGE_HEADER_BYTES;
    } else if (byteCount === 0) byteCount = to - start;
    if (byteCount < headerBytes || byteCount > to - start) return undefined;
    const type = String.fromCharCode(...[4, 5, 6, 7].map((at) => view.getUint8(start + at)));
    boxes.push({ type, start, body: start + headerBytes, end: start + byteCount });
    start += byteCount;
  }
  return boxes;
}

/** All boxes reached by a path of types, e.g. `["moov", "trak"]`; undefined when malformed. */
export function findBoxes(view: DataView, path: readonly string[]): IsoBox[] | undefined {
  let level = parseBoxes(view, 0, view.byteLength);
  for (const [depth, type] of path.entries()) {
    if (level === undefined) return undefined;
    const found: IsoBox[] = level.filter((box) => box.type === type);
    if (depth === path.length - 1) return found;
    const inner: IsoBox[] = [];
    for (const box of found) {
      const children = parseBoxes(view, box.body, box.end);
      if (children === undefined) return undefined;
      inner.push(...children);
    }
    level = inner;
  }
  return level;
}

/** Track number → ticks per second, read from an init section; undefined when malformed. */
export function parseTimescales(init: Uint8Array): ReadonlyMap<number, number> | undefined {
  const view = toView(init);
  const headers = findBoxes(view, ["moov", "trak", "tkhd"]);
  const clocks = findBoxes(view, ["moov", "trak", "mdia", "mdhd"]);
  if (headers === undefined || clocks === undefined || headers.length !== clocks.length) {
    return undefined;
  }
  const timescales = new Map<number, number>();
  for (const [at, header] of headers.entries()) {
    const clock = clocks[at];
    // Both boxes start with version and flags; version 1 has 64-bit creation and change times.
    if (clock === undefined || header.end - header.body < 24) return undefined;
    if (clock.end - clock.body < 24) return undefined;
    const id = view.getUint32(header.body + (view.getUint8(header.body) === 1 ? 20 : 12));
    timescales.set(id, view.getUint32(clock.body + (view.getUint8(clock.body) === 1 ? 20 : 12)));
  }
  return timescales;
}
