// Colours by meaning. Screens name a tone and never a colour, so that one place knows what a
// terminal can show, and tests print without any.

export const TONES = ["good", "warn", "bad", "dim", "strong"] as const;
export type Tone = (typeof TONES)[number];

/** Text in a tone. */
export type Paint = (tone: Tone, text: string) => string;

/** For files, pipes and tests. */
export const printPlain: Paint = (_, text) => text;

/**
 * Text from elsewhere without control characters: a title may hold anything, and a terminal obeys
 * escape sequences. Line ends stay if they are allowed.
 */
export function printSafe(text: string, allow: "lines" | "no-lines" = "no-lines"): string {
  const pattern =
    allow === "lines"
      ? /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
      : /[\u0000-\u001f\u007f-\u009f]/g;
  return text.replace(pattern, (mark) => `\\x${mark.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
