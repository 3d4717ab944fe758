// Reads the ISO 8601 date and time of EXT-X-PROGRAM-DATE-TIME (RFC 8216bis section 4.4.4.6).
// Date.parse would read a time without zone as local time, so two machines could disagree; here a
// missing zone means UTC, everywhere.

const date = "(\\d{4})-(\\d{2})-(\\d{2})";
const clock = "(\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d+))?)?";
const zone = "(?:[Zz]|([+-])(\\d{2}):?(\\d{2})?)?";
const form = new RegExp(`^\\s*${date}[Tt ]${clock}\\s*${zone}\\s*$`);

/**
 * Milliseconds since 1970 UTC, with the fraction that the text gives below a millisecond; null if
 * it is no date.
 */
export function parseDateTime(text: string): number | null {
  const found = form.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second, fraction, sign, zoneHour, zoneMinute] = found;
  const midnightMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC rolls 31 April over to 1 May; a date that does not come back is none.
  if (new Date(midnightMs).getUTCDate() !== Number(day) || Number(month) > 12) return null;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second ?? 0) > 60) return null;
  const fractionMs = fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000;
  const clockMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second ?? 0)) * 1000;
  const zoneMinutes = Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0);
  return midnightMs + clockMs + fractionMs - (sign === "-" ? -zoneMinutes : zoneMinutes) * 60_000;
}
