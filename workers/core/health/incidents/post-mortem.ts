// Prints an incident as the beginning of a post-mortem, in Markdown: what was seen, what was
// decided on which inputs, and how long each step took. For people, who add what no machine knows:
// the cause, and what to do about it. Times are UTC; nothing is left out but what the incident
// itself had to drop, and that is said.

import type { AuditRecord } from "./audit.ts";
import type { Incident } from "./incident.ts";

/** Prints the whole document; `nowMs` only for incidents that are still open. */
export function printPostMortem(incident: Incident, nowMs: number): string {
  const { id, origins, channels, regions, sessionsMax, level, openedAtMs, closedAtMs } = incident;
  const lines = [
    `# Incident ${id}`,
    "",
    "| | |",
    "|---|---|",
    toRow("level", level),
    toRow("opened", printMoment(openedAtMs)),
    closedAtMs === null
      ? toRow("closed", `still open after ${printSpan(nowMs - openedAtMs)}`)
      : toRow("closed", `${printMoment(closedAtMs)}, after ${printSpan(closedAtMs - openedAtMs)}`),
    toRow("origins", printList(origins)),
    toRow("channels", printList(channels)),
    toRow("regions", printList(regions)),
    toRow("sessions", sessionsMax === null ? "not counted" : `at most ${sessionsMax}`),
    toRow("taken up by", incident.acknowledgedBy ?? "nobody"),
    "",
    "## How long it took",
    "",
    "| step | time |",
    "|---|---|",
    ...toSteps(incident),
    "",
    "## What happened",
    "",
    ...incident.entries.map((entry) => printEntry(entry, openedAtMs)),
    ...(incident.entriesDropped > 0 ? [`- and ${incident.entriesDropped} more`] : []),
    "",
    "## What stood behind it",
    "",
    "| at | decision | inputs |",
    "|---|---|---|",
    ...incident.entries.filter(hasInputs).map(printInputs),
    "",
    "## Who was told",
    "",
    ...(incident.notices.length === 0
      ? ["Nobody."]
      : incident.notices.map(
          ({ contactId, atMs }) => `- ${printClock(atMs)} ${escapeText(contactId)}`,
        )),
    "",
    "## Cause, and what is done about it",
    "",
    "Written by those who were there.",
    "",
  ];
  return lines.join("\n");
}

function toSteps(incident: Incident): readonly string[] {
  const { faultAfterMs, detectedAtMs, decidedAtMs, firstGoodAtMs } = incident;
  const span = (fromMs: number | null, toMs: number | null) =>
    fromMs === null || toMs === null ? "not known" : printSpan(toMs - fromMs);
  return [
    toRow("from the last good look to the detection, at most", span(faultAfterMs, detectedAtMs)),
    toRow("from the detection to the decision", span(detectedAtMs, decidedAtMs)),
    toRow("from the decision to the first good answer", span(decidedAtMs, firstGoodAtMs)),
  ];
}

function printEntry(entry: AuditRecord, openedAtMs: number): string {
  const { kind, channelId, originId, region, from, to, reason, actor, atMs } = entry;
  const where = [channelId === null ? null : `/${channelId}`, originId, region]
    .filter((word) => word !== null)
    .map((word) => escapeText(word));
  const change = from === null && to === null ? "" : ` ${from ?? "nothing"} → ${to ?? "nothing"}`;
  const since = `+${((atMs - openedAtMs) / 1_000).toFixed(1)} s`;
  const who = actor === "health" ? "" : ` (${actor})`;
  const words = escapeText(`${change}: ${reason}${who}`);
  return `- ${printClock(atMs)} (${since}) **${kind}** ${where.join(" ")}${words}`;
}

function hasInputs({ inputs }: AuditRecord): boolean {
  return Object.keys(inputs).length > 0;
}

function printInputs({ atMs, kind, originId, channelId, inputs }: AuditRecord): string {
  const what = [kind, originId ?? channelId ?? ""].join(" ").trim();
  const pairs = Object.entries(inputs).map(([name, value]) => {
    const isMoment = typeof value === "number" && name.endsWith("AtMs");
    return isMoment
      ? `${name.slice(0, -"AtMs".length)} at ${printClock(value)}`
      : `${name} ${String(value)}`;
  });
  return `| ${printClock(atMs)} | ${escapeText(what)} | ${escapeText(pairs.join(", "))} |`;
}

function toRow(name: string, text: string): string {
  return `| ${name} | ${escapeText(text)} |`;
}

function printList(words: readonly string[]): string {
  return words.length === 0 ? "none" : [...words].sort().join(", ");
}

function printMoment(atMs: number): string {
  return `${new Date(atMs).toISOString().replace("T", " ").replace("Z", "")} UTC`;
}

function printClock(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 23);
}

function printSpan(spanMs: number): string {
  const seconds = spanMs / 1_000;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min ${Math.round(seconds - minutes * 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What was written elsewhere must not become a table, a link or a tag of ours. */
function escapeText(text: string): string {
  return text
    .replace(/[\r\n]+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\|`*[\]]/g, "\\$&");
}
