// The validator's rules by name: how grave a breach is and where the rule stands. A closed set, so
// that names can be metric labels and links.

import type { Attributes } from "./attribute-list.ts";

export const ruleNames = [
  "control-character",
  "duplicate-tag",
  "duplicate-attribute",
  "bad-attribute-list",
  "bad-attribute-name",
  "bad-attribute-value",
  "unknown-word",
  "missing-attribute",
  "version-too-low",
  "define-form",
  "define-twice",
  "define-import-in-multivariant",
  "target-duration-not-integer",
  "duration-above-target",
  "sequence-behind-segment",
  "window-too-short",
  "few-segments",
  "live-without-date",
  "vod-without-end",
  "byte-range-without-offset",
  "map-byte-range-without-offset",
  "key-without-uri",
  "key-none-with-attributes",
  "key-iv-length",
  "part-without-part-inf",
  "part-above-target",
  "part-too-short",
  "part-hold-back-missing",
  "part-hold-back-too-short",
  "part-hold-back-short",
  "hold-back-too-short",
  "skip-boundary-too-short",
  "skip-date-ranges-without-boundary",
  "hint-in-ended-playlist",
  "hint-twice",
  "report-uri-absolute",
  "date-range-without-date",
  "date-range-start-missing",
  "date-range-end-before-start",
  "date-range-duration-mismatch",
  "date-range-end-on-next",
  "date-range-changed",
  "variant-without-uri",
  "no-variant",
  "codecs-missing",
  "group-missing",
  "group-members-differ",
  "group-name-twice",
  "group-two-defaults",
  "default-not-autoselect",
  "forced-not-subtitles",
  "captions-instream-id",
  "captions-with-uri",
  "subtitles-without-uri",
  "captions-none-mixed",
  "score-mixed",
  "session-data-form",
  "session-data-twice",
  "session-key-none",
  "steering-pathway-missing",
  "bad-pathway-id",
] as const;
export type RuleName = (typeof ruleNames)[number];

export type Severity = "error" | "warning";

export interface PlaylistFinding {
  readonly rule: RuleName;
  readonly severity: Severity;
  /** Line number, counted from 1. */
  readonly line: number;
  readonly detail: string;
}

/** One tag of the playlist with its attributes, as the rules see it. */
export interface TagLine {
  readonly name: string;
  readonly line: number;
  /** Text behind the colon; empty if there is none. */
  readonly value: string;
  readonly attributes: Attributes;
}

export type Report = (rule: RuleName, line: number, detail: string) => void;

export interface Rule {
  readonly severity: Severity;
  /** Section of RFC 8216bis-22, or the document it comes from. */
  readonly source: string;
}

function error(source: string): Rule {
  return { severity: "error", source };
}

function warning(source: string): Rule {
  return { severity: "warning", source };
}

export const rules: Record<RuleName, Rule> = {
  "control-character": error("4.1"),
  "duplicate-tag": error("4.4.2, 4.4.3"),
  "duplicate-attribute": error("4.2"),
  "bad-attribute-list": error("4.2"),
  "bad-attribute-name": warning("4.2"),
  "bad-attribute-value": error("4.2"),
  "unknown-word": warning("6.3.1"),
  "missing-attribute": error("4.4"),
  "version-too-low": warning("8"),
  "define-form": error("4.4.2.3"),
  "define-twice": error("4.4.2.3"),
  "define-import-in-multivariant": error("4.4.2.3"),
  "target-duration-not-integer": warning("4.4.3.1"),
  "duration-above-target": error("4.4.3.1"),
  "sequence-behind-segment": error("4.4.3.2, 4.4.3.3"),
  "window-too-short": error("6.2.2"),
  "few-segments": warning("Apple HLS Authoring Specification 8.11"),
  "live-without-date": warning("Apple HLS Authoring Specification 8.4"),
  "vod-without-end": warning("4.4.3.4, 4.4.3.5"),
  "byte-range-without-offset": error("4.4.4.2"),
  "map-byte-range-without-offset": error("4.4.4.5"),
  "key-without-uri": error("4.4.4.4"),
  "key-none-with-attributes": warning("4.4.4.4"),
  "key-iv-length": error("4.4.4.4"),
  "part-without-part-inf": error("4.4.3.7"),
  "part-above-target": error("4.4.4.9"),
  "part-too-short": warning("4.4.4.9"),
  "part-hold-back-missing": error("4.4.3.8"),
  "part-hold-back-too-short": error("4.4.3.8"),
  "part-hold-back-short": warning("4.4.3.8"),
  "hold-back-too-short": error("4.4.3.8"),
  "skip-boundary-too-short": error("4.4.3.8"),
  "skip-date-ranges-without-boundary": error("4.4.3.8"),
  "hint-in-ended-playlist": error("4.4.5.3"),
  "hint-twice": error("4.4.5.3"),
  "report-uri-absolute": error("4.4.5.4"),
  "date-range-without-date": error("4.4.5.1"),
  "date-range-start-missing": error("4.4.5.1"),
  "date-range-end-before-start": error("4.4.5.1"),
  "date-range-duration-mismatch": error("4.4.5.1"),
  "date-range-end-on-next": error("4.4.5.1"),
  "date-range-changed": error("4.4.5.1"),
  "variant-without-uri": error("4.4.6.2"),
  "no-variant": warning("4.4.6"),
  "codecs-missing": warning("4.4.6.2"),
  "group-missing": error("4.4.6.2"),
  "group-members-differ": error("4.4.6.1.1"),
  "group-name-twice": error("4.4.6.1.1"),
  "group-two-defaults": error("4.4.6.1.1"),
  "default-not-autoselect": error("4.4.6.1"),
  "forced-not-subtitles": error("4.4.6.1"),
  "captions-instream-id": error("4.4.6.1"),
  "captions-with-uri": error("4.4.6.1"),
  "subtitles-without-uri": error("4.4.6.1"),
  "captions-none-mixed": error("4.4.6.2"),
  "score-mixed": warning("4.4.6.2"),
  "session-data-form": error("4.4.6.4"),
  "session-data-twice": error("4.4.6.4"),
  "session-key-none": error("4.4.6.5"),
  "steering-pathway-missing": error("4.4.6.6"),
  "bad-pathway-id": error("4.4.6.2"),
};
