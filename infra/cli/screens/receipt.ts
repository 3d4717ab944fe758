// A receipt for people: how much is proven, by which kind of proof, and what is not warm. The
// claims stand beside each other and are never added up.

import type {
  Receipt,
  ReceiptClaim,
  ReceiptEntry,
  ReceiptPass,
} from "../../../workers/core/contract/receipts.ts";
import { type Paint, printSafe } from "./paint.ts";
import { type Column, printPairs, printTable } from "./table.ts";
import { printBytes, printCount, printShare, printSpan } from "./units.ts";

/** What checking the signature came to. */
export type SignatureVerdict =
  | { readonly kind: "good"; readonly keyId: string }
  | { readonly kind: "unsigned" }
  | { readonly kind: "bad"; readonly detail: string };

const SAYS: Readonly<Record<ReceiptClaim["kind"], string>> = {
  "hot-tier": "R2 holds it",
  "upper-tier": "an upper tier held it when asked",
  "data-centre": "this data centre's cache held it; says nothing of others",
  "region-seen": "viewers' requests that were hits",
};

const CLAIM_COLUMNS: readonly Column<ReceiptClaim>[] = [
  { head: "CLAIM", cell: ({ kind }) => kind },
  { head: "PLACE", cell: ({ place }) => place },
  { head: "PROVEN", cell: ({ proven, of }) => `${proven}/${of}`, align: "right" },
  { head: "DATA CENTRES", cell: ({ dataCentres }) => dataCentres.join(",") || "-" },
  { head: "SAYS", cell: ({ kind }) => ({ text: SAYS[kind], tone: "dim" }) },
];

const PASS_COLUMNS: readonly Column<ReceiptPass>[] = [
  { head: "PASS", cell: ({ kind }) => kind },
  { head: "BEGUN", cell: ({ startedAtMs }) => printMoment(startedAtMs) },
  {
    head: "TOOK",
    cell: ({ startedAtMs, endedAtMs }) => printSpan(endedAtMs - startedAtMs),
    align: "right",
  },
  { head: "WARM", cell: ({ warm, of }) => `${warm}/${of}`, align: "right" },
  { head: "FOUND COLD", cell: ({ decays }) => decays, align: "right" },
];

const ENTRY_COLUMNS: readonly Column<ReceiptEntry>[] = [
  { head: "PLACE", cell: ({ place }) => place },
  {
    head: "STATE",
    cell: (entry) =>
      entry.warm ? { text: "warm", tone: "good" } : { text: entry.failure ?? "cold", tone: "bad" },
  },
  { head: "TIER", cell: ({ tier }) => tier },
  { head: "STATUS", cell: ({ status }) => status || null, align: "right" },
  { head: "LENGTH", cell: ({ lengthBytes }) => printBytes(lengthBytes), align: "right" },
  {
    head: "AGE",
    cell: ({ ageSeconds }) => (ageSeconds === null ? null : printSpan(ageSeconds * 1_000)),
    align: "right",
  },
  { head: "ETAG", cell: ({ etag }) => etag },
  { head: "FILE", cell: ({ path }) => path },
];

/** The receipt; `isWhole` shows warm entries too. */
export function printReceipt(
  receipt: Receipt,
  signature: SignatureVerdict,
  isWhole: boolean,
  paint: Paint,
): string {
  const { warm, of, wanted } = receipt.coverage;
  const isEnough = of > 0 && warm / of >= wanted;
  const share =
    of === 0
      ? "nothing was planned"
      : `${printShare(warm / of)}, ${warm} of ${printCount(of, "object")}`;
  const pairs = printPairs(
    [
      ["event", `${printSafe(receipt.title)}, ${receipt.eventId}`],
      ["channel", receipt.channel],
      ["issued", `${printMoment(receipt.issuedAtMs)}, while ${receipt.state}`],
      ["coverage", paint(isEnough ? "good" : "bad", `${share}; wanted ${printShare(wanted)}`)],
      ["signature", printSignature(signature, paint)],
    ],
    paint,
  );
  const shown = isWhole ? receipt.entries : receipt.entries.filter((entry) => !entry.warm);
  const entries =
    shown.length === 0
      ? paint("good", "Nothing is cold.")
      : printTable(ENTRY_COLUMNS, shown, paint);
  return [
    pairs,
    printTable(CLAIM_COLUMNS, receipt.claims, paint, "No claims."),
    printTable(PASS_COLUMNS, receipt.passes, paint, "No passes."),
    entries,
  ].join("\n\n");
}

function printSignature(verdict: SignatureVerdict, paint: Paint): string {
  switch (verdict.kind) {
    case "good":
      return paint("good", `good, by key ${printSafe(verdict.keyId)}`);
    case "unsigned":
      return paint("warn", "none: this deployment has no key (WEIR_RECEIPT_KEY)");
    case "bad":
      return paint("bad", `BAD: ${printSafe(verdict.detail)}`);
  }
}

function printMoment(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
}
