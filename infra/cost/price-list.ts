// What the services cost that a Weir uses: list prices, each with where it is from and when that
// was read. Data for cost-report.ts; whoever has a contract gives a list of their own. List prices
// change without notice: a figure without its date is worth nothing.

export interface Price {
  /** US dollars for one unit. */
  readonly dollars: number;
  /** How many make the unit: a million requests, one gigabyte. */
  readonly per: number;
  readonly source: string;
  /** Day on which the source was read. */
  readonly readOn: string;
}

export const PRICED = [
  "workerRequest",
  "workerCpuMs",
  "objectRequest",
  "objectGigabyteSecond",
  "objectRowWritten",
  "hotTierWrite",
  "hotTierRead",
  "hotTierGigabyteMonth",
  "originRequest",
  "originGigabyte",
] as const;
export type Priced = (typeof PRICED)[number];

export type PriceList = Readonly<Record<Priced, Price>>;

const MILLION = 1_000_000;
const workers = {
  source: "developers.cloudflare.com/workers/platform/pricing",
  readOn: "2026-08-03",
};
const objects = {
  source: "developers.cloudflare.com/durable-objects/platform/pricing",
  readOn: "2026-11-20",
};
const r2 = { source: "developers.cloudflare.com/r2/pricing", readOn: "2026-08-03" };
const s3 = { source: "aws.amazon.com/s3/pricing, us-east-1, first 10 TB", readOn: "2026-11-20" };

/** Cloudflare's paid plan and Amazon S3, before any discount and without what a plan includes. */
export const PRICE_LIST: PriceList = {
  workerRequest: { dollars: 0.3, per: MILLION, ...workers },
  workerCpuMs: { dollars: 0.02, per: MILLION, ...workers },
  objectRequest: { dollars: 0.15, per: MILLION, ...objects },
  objectGigabyteSecond: { dollars: 12.5, per: MILLION, ...objects },
  objectRowWritten: { dollars: 1, per: MILLION, ...objects },
  hotTierWrite: { dollars: 4.5, per: MILLION, ...r2 },
  hotTierRead: { dollars: 0.36, per: MILLION, ...r2 },
  hotTierGigabyteMonth: { dollars: 0.015, per: 1, ...r2 },
  originRequest: { dollars: 0.4, per: MILLION, ...s3 },
  originGigabyte: { dollars: 0.09, per: 1, ...s3 },
};
