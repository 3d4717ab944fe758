// Forms that several endpoints share: ids, pages, moments. For the rows of this folder.

import * as z from "zod";
import { type PageAsk, parseCursor } from "../../core/api/page.ts";
import { ID_FORM } from "../../core/config/catalog-schema.ts";
import { type Problem, toProblem } from "../api/problem.ts";

export const PAGE_COUNT_MAX = 200;
const PAGE_COUNT = 50;

/** Path parameters of rows of the catalog. */
export const ID_PARAMS = z.strictObject({
  id: z.string().regex(ID_FORM).meta({ example: "east" }),
});

const limit = z.coerce
  .number({ error: "must be a whole number" })
  .int("must be a whole number")
  .min(1, "must be at least 1")
  .max(PAGE_COUNT_MAX, `must be at most ${PAGE_COUNT_MAX}`);
const cursor = z
  .string()
  .min(1, "must be the `next` of the page before")
  .max(220, "must be the `next` of the page before");

/** Lists that are whole unless a page is asked for. */
export const OPTIONAL_PAGE_QUERY = z.strictObject({
  limit: limit.optional(),
  cursor: cursor.optional(),
});

/** Lists that come in pages only. */
export const PAGE_FIELDS = { limit: limit.default(PAGE_COUNT), cursor: cursor.optional() };

/** A page's end, in every list's answer. */
export const NEXT = z
  .string()
  .nullable()
  .meta({ description: "Cursor of the next page; null: this is the last." });

/** An instant, as ISO 8601 in UTC. */
export const MOMENT = z.string().meta({ format: "date-time" });

/** What a query asks of a list; a cursor of another list is a problem. */
export function readPageAsk(
  list: string,
  query: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): (PageAsk & { readonly kind: "ask" }) | Problem {
  const countMax = query.limit ?? null;
  if (query.cursor === undefined) return { kind: "ask", countMax, after: null };
  const after = parseCursor(list, query.cursor);
  if (after !== null) return { kind: "ask", countMax: countMax ?? PAGE_COUNT, after };
  const detail =
    "cursor: is not of this list; send the `next` of the page before, or leave it out.";
  return toProblem("bad-request", detail);
}

/** Unix milliseconds as an instant. */
export function printMoment(atMs: number): string {
  return new Date(atMs).toISOString();
}
