// Values as CBOR writes them in its one deterministic form (RFC 8949 section 4.2.1): shortest
// heads, map labels in the order of their bytes. For tokens that are minted here; the reader of the
// edge is core/token/cbor.ts. It does NOT write fractions, negative times or anything that no claim
// holds.

/** What a claim can hold: tags are `{tag, value}`. */
export type CborWritable =
  | number
  | string
  | Uint8Array
  | readonly CborWritable[]
  | ReadonlyMap<number | string, CborWritable>
  | { readonly tag: number; readonly value: CborWritable };

/** The bytes; numbers must be whole. */
export function printCbor(value: CborWritable): Uint8Array {
  return Uint8Array.from(toCborBytes(value));
}

function toCborBytes(value: CborWritable): readonly number[] {
  if (typeof value === "number") return printWhole(value);
  if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value);
    return [...printHead(3, bytes.length), ...bytes];
  }
  if (value instanceof Uint8Array) return [...printHead(2, value.length), ...value];
  if (Array.isArray(value)) {
    return [...printHead(4, value.length), ...value.flatMap((each) => toCborBytes(each))];
  }
  if (value instanceof Map) {
    const pairs = [...value].map(([label, each]) => [toCborBytes(label), toCborBytes(each)]);
    const ordered = pairs.toSorted(([a = []], [b = []]) => compareBytes(a, b));
    return [...printHead(5, value.size), ...ordered.flat(2)];
  }
  const { tag, value: inner } = value as { readonly tag: number; readonly value: CborWritable };
  return [...printHead(6, tag), ...toCborBytes(inner)];
}

function printWhole(value: number): readonly number[] {
  if (!Number.isSafeInteger(value)) throw new RangeError("Only whole numbers are written.");
  return value < 0 ? printHead(1, -1 - value) : printHead(0, value);
}

function compareBytes(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}

function printHead(major: number, size: number): readonly number[] {
  const type = major << 5;
  if (size < 24) return [type | size];
  const [code, count] = size < 2 ** 8 ? [24, 1] : size < 2 ** 16 ? [25, 2] : toLongHead(size);
  const bytes = Array.from({ length: count }, (_, at) => {
    return Math.floor(size / 256 ** (count - 1 - at)) % 256;
  });
  return [type | code, ...bytes];
}

function toLongHead(size: number): readonly [number, number] {
  return size < 2 ** 32 ? [26, 4] : [27, 8];
}
