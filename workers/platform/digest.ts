// MD5 of a body as it passes, on the platform's own stream: for comparing with what the origin
// says, never for anything that must withstand an attacker.

export interface Digest {
  update(chunk: Uint8Array): Promise<void>;
  /** Lower-case hex; ends the digest. */
  finish(): Promise<string>;
}

/** A digest of nothing yet. Belongs to the request that made it. */
export function makeMd5(): Digest {
  const stream = new crypto.DigestStream("MD5");
  // Left unfinished when a body breaks off: nobody waits for that.
  stream.digest.catch(() => undefined);
  const writer = stream.getWriter();
  return {
    async update(chunk) {
      await writer.write(chunk);
    },
    async finish() {
      await writer.close();
      const bytes = new Uint8Array(await stream.digest);
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    },
  };
}
