// Numbers as people read them: bytes, spans of time, shares, bars. Total: what is not known is "-".

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Bytes in powers of 1,000, three digits: `1.53 MB`. */
export function printBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return "-";
  let [value, place] = [Math.max(0, bytes), 0];
  // 999.6 kB would be printed as 1000 kB.
  while (value >= 999.5 && place < BYTE_UNITS.length - 1)
    [value, place] = [value / 1_000, place + 1];
  const digits = place === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${BYTE_UNITS[place]}`;
}

/** Bytes per second. */
export function printRate(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? "-" : `${printBytes(bytesPerSecond)}/s`;
}

const STEPS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** A span in its two largest units: `480 ms`, `3.2 s`, `4 min 10 s`, `3 d 4 h`. */
export function printSpan(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return "-";
  if (ms < 0) return `-${printSpan(-ms)}`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  let seconds = Math.round(ms / 1_000);
  const parts: string[] = [];
  for (const [unit, length] of STEPS) {
    const count = Math.floor(seconds / length);
    seconds -= count * length;
    if (count > 0) parts.push(`${count} ${unit}`);
    // The unit below the largest one is enough, even if it is none.
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

/** Time since an instant (RFC 3339), null: it is no instant. */
export function toAgeMs(instant: string, nowMs: number): number | null {
  const atMs = Date.parse(instant);
  return Number.isNaN(atMs) ? null : Math.max(0, nowMs - atMs);
}

/** A share, never rounded up to all of it: `99.9 %`. */
export function printShare(share: number): string {
  // 0.57 * 1000 is a hair below 570.
  const percent = Math.floor(Math.min(1, Math.max(0, share)) * 1_000 + 1e-9) / 10;
  return `${percent % 1 === 0 ? percent.toFixed(0) : percent.toFixed(1)} %`;
}

/** A bar of `width` characters; full only if the share is 1. */
export function printBar(share: number, width: number): string {
  const filled = Math.floor(Math.min(1, Math.max(0, share)) * width);
  return "█".repeat(filled) + "░".repeat(width - filled);
}

/** `1 object`, `2 objects`. */
export function printCount(count: number, noun: string): string {
  const digits = String(Math.trunc(count)).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${digits} ${noun}${count === 1 ? "" : "s"}`;
}
