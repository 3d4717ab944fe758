// An entry of the audit: what is written before an order is carried out, and what behind it. For
// the store that keeps entries, the endpoints that show them and the exports that save them.

export const AUDIT_OUTCOMES = ["unfinished", "done", "refused"] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

export interface AuditOpening {
  /** Of the request; entries are told apart by it. */
  readonly id: string;
  readonly actor: string;
  readonly via: string;
  /** Name of the operation. */
  readonly action: string;
  readonly target: string;
}

export interface AuditClosing {
  readonly outcome: AuditOutcome;
  /** Of a refusal. */
  readonly reason: string | null;
  /** Null: the target stays as it was opened. */
  readonly target: string | null;
  /** JSON texts; null: nothing is to be said. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface AuditEntry extends AuditOpening, Omit<AuditClosing, "target"> {
  readonly atMs: number;
}

export interface AuditAsk {
  /** Entries before this place; null: the newest. */
  readonly before: string | null;
  readonly countMax: number;
  readonly actor: string | null;
  readonly action: string | null;
}

/** The place of an entry in the order, for cursors. */
export function toAuditPlace({ atMs, id }: AuditEntry): string {
  return `${atMs}-${id}`;
}
