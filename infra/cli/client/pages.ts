// Reads lists that come in pages, up to as many rows as are wanted.

import type { Failure } from "../ending.ts";
import type { Answer, Client, Query } from "./client.ts";

const PAGE_ROWS_MAX = 200;

export interface Listing<Row> {
  readonly kind: "listing";
  readonly rows: readonly Row[];
  /** Whether there are more than were wanted. */
  readonly hasMore: boolean;
}

/** The rows under `name`, first ones first. */
export async function readPages<Row>(
  client: Client,
  path: string,
  name: string,
  rowsMax: number,
  query: Query = {},
): Promise<Listing<Row> | Failure> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (;;) {
    const limit = Math.min(PAGE_ROWS_MAX, rowsMax - rows.length);
    const page: Answer<Readonly<Record<string, unknown>>> | Failure = await client.get(path, {
      ...query,
      limit,
      cursor,
    });
    if (page.kind === "failure") return page;
    rows.push(...((page.body[name] ?? []) as readonly Row[]));
    const next = page.body["next"];
    if (typeof next !== "string") return { kind: "listing", rows, hasMore: false };
    if (rows.length >= rowsMax) return { kind: "listing", rows, hasMore: true };
    cursor = next;
  }
}
