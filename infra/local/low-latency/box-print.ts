// Writing ISO base media boxes (ISO/IEC 14496-12 section 4.2): the counterpart of iso-boxes.ts, for
// what the low-latency packager makes anew. Lengths of 32 bits; nothing here comes near more.

export const BOX_HEADER_BYTES = 8;

/** A box around its bodies, joined. */
export function printBox(type: string, ...bodies: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(bodies);
  const head = Buffer.alloc(BOX_HEADER_BYTES);
  head.writeUInt32BE(BOX_HEADER_BYTES + body.byteLength);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}
