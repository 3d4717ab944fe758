// Addresses and networks of viewers as bits (RFC 4291, RFC 5952, RFC 4632), for tokens that are
// bound to them. An IPv4 address within IPv6 (`::ffff:1.2.3.4`) is the IPv4 address, so that a
// viewer is the same by both. It does NOT resolve names and knows no scopes (`%eth0`).

export interface Network {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly prefixBits: number;
}

/** The bytes of an address, or null. */
export function parseAddress(text: string): Uint8Array | null {
  const bytes = text.includes(":") ? parseSix(text) : parseFour(text);
  return bytes === null ? null : toPlain(bytes);
}

/** `address` or `address/bits`. Bits behind the prefix mean nothing. */
export function parseNetwork(text: string): Network | null {
  const [addressText = "", bitsText, ...rest] = text.split("/");
  const address = parseAddress(addressText);
  if (address === null || rest.length > 0) return null;
  const bitsMax = address.length * 8;
  if (bitsText === undefined) return { address, prefixBits: bitsMax };
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bitsText) || Number(bitsText) > bitsMax) return null;
  return { address, prefixBits: Number(bitsText) };
}

/** Whether an address lies in a network; of different families never. */
export function isWithin(network: Network, address: Uint8Array): boolean {
  const { prefixBits } = network;
  if (network.address.length !== address.length) return false;
  const whole = prefixBits >> 3;
  for (let at = 0; at < whole; at++) if (network.address[at] !== address[at]) return false;
  const mask = (0xff00 >> (prefixBits & 7)) & 0xff;
  return (((network.address[whole] ?? 0) ^ (address[whole] ?? 0)) & mask) === 0;
}

function parseFour(text: string): Uint8Array | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  // A leading zero is octal to some readers: refused rather than guessed.
  const isPlain = parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isPlain ? Uint8Array.from(parts, Number) : null;
}

function parseSix(text: string): Uint8Array | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(toGroups);
  if (head === null || head === undefined || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
}

/** Groups of sixteen bits; a dotted address at the end gives two. */
function toGroups(text: string): readonly number[] | null {
  if (text === "") return [];
  const words = text.split(":");
  const groups: number[] = [];
  for (const [index, word] of words.entries()) {
    const four = index === words.length - 1 && word.includes(".") ? parseFour(word) : null;
    if (four !== null) {
      const [a = 0, b = 0, c = 0, d = 0] = four;
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(Number.parseInt(word, 16));
    else return null;
  }
  return groups;
}

/** The IPv4 address within an IPv6 one, or the address itself. */
function toPlain(bytes: Uint8Array): Uint8Array {
  const isMapped =
    bytes.length === 16 &&
    bytes[10] === 255 &&
    bytes[11] === 255 &&
    bytes.subarray(0, 10).every((byte) => byte === 0);
  return isMapped ? bytes.slice(12) : bytes;
}
