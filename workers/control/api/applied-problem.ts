// Why the catalog store did not take a catalog, as a problem. For every endpoint that applies one.

import { type CatalogProblem, printCatalogProblem } from "../../core/config/read-catalog.ts";
import type { CatalogApplied } from "../catalog-store.ts";
import { type Problem, toProblem } from "./problem.ts";

/** The problem of a catalog that was not applied. An applied one has none. */
export function printAppliedProblem(applied: CatalogApplied): Problem {
  switch (applied.kind) {
    case "applied":
      throw new Error("A catalog that was applied has no problem.");
    case "stale": {
      const { version } = applied;
      const detail =
        version === null
          ? "No catalog is in force: leave If-Match out."
          : `Version ${version} is in force; read it, merge, send If-Match: "${version}".`;
      return toProblem("stale", detail, { version });
    }
    case "condition-needed": {
      const { version } = applied;
      const words = `Version ${version} is in force. Send If-Match: "${version}" to replace that one`;
      const detail = `${words}, or If-Match: * to replace whatever is there.`;
      return toProblem("condition-needed", detail, { version });
    }
    case "refused":
      return printRefusal(applied.problems);
  }
}

/** The complaints of the reader, each with its line. */
export function printRefusal(problems: readonly CatalogProblem[]): Problem {
  const lines = problems.map((problem) => printCatalogProblem("catalog", problem));
  return toProblem("catalog-refused", lines.join("\n"), { problems });
}
