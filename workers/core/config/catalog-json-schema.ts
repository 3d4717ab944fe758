// The catalog's shape as JSON Schema (draft 2020-12), for editors that complete and check a TOML
// file as it is typed. Made from the schema that checks the file, so the two cannot disagree. It
// says less than the reader does: rules over several fields, and what makes a URL or a path
// acceptable, are only in the reader, whose word counts.

import * as z from "zod";
import { CATALOG_SCHEMA } from "./catalog-schema.ts";

/** The schema as a JSON value. */
export function toCatalogJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(CATALOG_SCHEMA, {
    io: "input",
    target: "draft-2020-12",
    // A TTL policy is a word, a number or a table, and has a parser of its own.
    unrepresentable: "any",
  });
  return { $schema, title: "Weir catalog", ...schema };
}
