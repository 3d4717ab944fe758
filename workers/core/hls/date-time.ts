// Reads the ISO 8601 date and time of EXT-X-PROGRAM-DATE-TIME (RFC 8216bis section 4.4.4.6).
// Date.parse would read a time without zone as local time, so two machines could disagree; here a
// missing zone means UTC, everywhere. The form that nearly all packagers write is read by its
// letters, because the expression for all forms costs as much as ten lines of a playlist, and days
// are counted by arithmetic, because a Date object costs as much as five.

const date = "(\\d{4})-(\\d{2})-(\\d{2})";
const clock = "(\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d+))?)?";
const zone = "(?:[Zz]|([+-])(\\d{2}):?(\\d{2})?)?";
/** Blanks at the ends are cut off before: two runs of them side by side would be tried in pairs. */
const form = new RegExp(`^${date}[Tt ]${clock}\\s*${zone}$`);

/**
 * Milliseconds since 1970 UTC, with the fraction that the text gives below a millisecond; null if
 * it is no date.
 */
export function parseDateTime(text: string): number | null {
  return parseDateSpan(text, 0, text.length);
}

/** As parseDateTime, for a span of a longer text. */
export function parseDateSpan(text: string, start: number, end: number): number | null {
  if (isUsualForm(text, start, end)) return parseUsualForm(text, start);
  const found = form.exec(text.slice(start, end).trim());
  if (found === null) return null;
  const [, year, month, day, hour, minute, second, fraction, sign, zoneHour, zoneMinute] = found;
  const dayNumber = toDayNumber(Number(year), Number(month), Number(day));
  const clockMs = toClockMs(Number(hour), Number(minute), Number(second ?? 0));
  if (dayNumber === null || clockMs === null) return null;
  const fractionMs = fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000;
  const zoneMinutes = Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0);
  const zoneMs = (sign === "-" ? -zoneMinutes : zoneMinutes) * 60_000;
  return dayNumber * dayMs + clockMs + fractionMs - zoneMs;
}

const dayMs = 86_400_000;

function toClockMs(hour: number, minute: number, second: number): number | null {
  if (hour > 24 || minute > 59 || second > 60) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Days before the first of each month in a year that is no leap year. */
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** Days since 1 January 1970 in the Gregorian calendar; null if there is no such day. */
function toDayNumber(year: number, month: number, day: number): number | null {
  const before = daysBefore[month - 1];
  const next = daysBefore[month];
  if (before === undefined || next === undefined) return null;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const monthDays = next - before + (isLeap && month === 2 ? 1 : 0);
  if (day < 1 || day > monthDays) return null;
  // Leap days of all years before this one; year 0 counts as one.
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const ownLeapDay = isLeap && month > 2 ? 1 : 0;
  return past * 365 + leapDays + before + ownLeapDay + day - 1 - daysUntil1970;
}

/** From 1 January of year 1 to 1 January 1970. */
const daysUntil1970 = 719_162;

const usualFormChars = 24;

/** True for `YYYY-MM-DDThh:mm:ss.sssZ`. */
function isUsualForm(text: string, start: number, end: number): boolean {
  if (end - start !== usualFormChars) return false;
  const hasMarks =
    text.startsWith("-", start + 4) &&
    text.startsWith("-", start + 7) &&
    text.startsWith("T", start + 10) &&
    text.startsWith(":", start + 13) &&
    text.startsWith(":", start + 16) &&
    text.startsWith(".", start + 19) &&
    text.startsWith("Z", start + 23);
  if (!hasMarks) return false;
  let digits = 0;
  for (let position = start; position < end; position += 1) {
    const code = text.charCodeAt(position);
    if (code >= 48 && code <= 57) digits += 1;
  }
  return digits === usualFormChars - 7;
}

function parseUsualForm(text: string, start: number): number | null {
  const year = toTwoDigits(text, start) * 100 + toTwoDigits(text, start + 2);
  const month = toTwoDigits(text, start + 5);
  const dayNumber = toDayNumber(year, month, toTwoDigits(text, start + 8));
  const hour = toTwoDigits(text, start + 11);
  const clockMs = toClockMs(hour, toTwoDigits(text, start + 14), toTwoDigits(text, start + 17));
  if (dayNumber === null || clockMs === null) return null;
  const fractionMs = toTwoDigits(text, start + 20) * 10 + text.charCodeAt(start + 22) - 48;
  return dayNumber * dayMs + clockMs + fractionMs;
}

function toTwoDigits(text: string, start: number): number {
  return (text.charCodeAt(start) - 48) * 10 + text.charCodeAt(start + 1) - 48;
}
