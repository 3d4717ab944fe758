// Is an accepted playlist good HLS? Rules of RFC 8216bis-22 that a proxy can check on one playlist,
// by name and line. "error": a MUST that makes players refuse, misread or stall; "warning": a
// SHOULD, or a MUST that players are known to forgive. parsePlaylist refuses only what nobody can
// read; this is for operators (explain, catalog check, probes) and never stands in the way of a
// viewer. It looks at one version only: rules between versions belong to the ledger.

import type { Playlist } from "./playlist.ts";
import { decideMediaFindings } from "./validate-media.ts";
import { decideMultivariantFindings } from "./validate-multivariant.ts";
import type { PlaylistFinding, Report } from "./validate-rules.ts";
import { rules } from "./validate-rules.ts";
import { decideTagFindings, readTagLines } from "./validate-tags.ts";

/** Attack: a playlist of half a million faults whose report is larger than itself. */
export const findingsMax = 200;

/** All findings in line order, at most findingsMax of them. */
export function decideFindings(playlist: Playlist): readonly PlaylistFinding[] {
  const findings: PlaylistFinding[] = [];
  const report: Report = (rule, line, detail) => {
    if (findings.length >= findingsMax) return;
    findings.push({ rule, severity: rules[rule].severity, line, detail });
  };
  const tags = readTagLines(playlist.text);
  decideTagFindings(playlist, tags, report);
  if (playlist.kind === "media") decideMediaFindings(playlist, tags, report);
  else decideMultivariantFindings(playlist, tags, report);
  return findings.sort((a, b) => a.line - b.line);
}
