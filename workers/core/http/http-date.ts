// Reads and prints HTTP dates (RFC 9110 section 5.6.7) without a clock. For Date, Expires,
// Last-Modified and If-Modified-Since. All three forms that a recipient must accept are read; only
// IMF-fixdate is printed. A two-digit year of the obsolete form below 70 is taken as 20xx: the
// RFC's rule needs the current time and differs only for dates half a century away. It does NOT
// guess: what fits no form, or names a day that does not exist, is null.

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
const IMF_FIXDATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const RFC850_DATE =
  /^[SMTWF][a-z]{2,5}day, (\d{2})-([A-Z][a-z]{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const ASCTIME_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/;

/** Reads an HTTP date into milliseconds since the epoch, or null when it is not one. */
export function parseHttpDate(text: string): number | null {
  const imf = IMF_FIXDATE.exec(text);
  if (imf !== null) return toMs(imf[3], imf[2], imf[1], imf[4], imf[5], imf[6]);
  const old = RFC850_DATE.exec(text);
  if (old !== null) {
    const year = Number(old[3]);
    const fullYear = String(year < 70 ? 2000 + year : 1900 + year);
    return toMs(fullYear, old[2], old[1], old[4], old[5], old[6]);
  }
  const asctime = ASCTIME_DATE.exec(text);
  if (asctime === null) return null;
  return toMs(asctime[6], asctime[1], asctime[2], asctime[3], asctime[4], asctime[5]);
}

/** Prints a moment as IMF-fixdate; part seconds are cut off, never rounded up. */
export function printHttpDate(epochMs: number): string {
  // ECMA-262 defines toUTCString as exactly this form for the years 0 to 9999.
  return new Date(Math.floor(epochMs / 1000) * 1000).toUTCString();
}

function toMs(
  yearText: string | undefined,
  monthName: string | undefined,
  dayText: string | undefined,
  hourText: string | undefined,
  minuteText: string | undefined,
  secondText: string | undefined,
): number | null {
  const monthOffset = MONTHS.indexOf(monthName ?? "?");
  if (monthOffset < 0 || monthOffset % 3 !== 0) return null;
  const year = Number(yearText);
  const month = monthOffset / 3;
  const day = Number(dayText);
  const hour = Number(hourText);
  const minute = Number(minuteText);
  const second = Number(secondText);
  // 60 is a leap second, which RFC 9110 permits; Date.UTC carries it into the next minute.
  if (hour > 23 || minute > 59 || second > 60 || day < 1) return null;
  // Date.UTC reads the years 0 to 99 as 1900 to 1999; no HTTP date can mean them.
  if (year < 100) return null;
  if (day > new Date(Date.UTC(year, month + 1, 0)).getUTCDate()) return null;
  return Date.UTC(year, month, day, hour, minute, second);
}
