// weir config: which settings count and where each is from. The token itself is never shown.

import type { Command } from "commander";
import type { Add } from "../add-command.ts";
import { isLoopback } from "../config/settings.ts";
import { toShown } from "../ending.ts";
import { printTable } from "../screens/table.ts";

/** Adds `config`. */
export function addConfigCommand(program: Command, add: Add): void {
  add(
    program.command("config").description("the settings that count, and where each is from"),
    ["weir config"],
    async ({ client: { settings } }) => {
      const { url, edge, token, timeoutSeconds, file } = settings;
      const hasOwnToken = token.value !== null;
      const fallback = isLoopback(url.value) ? "the local stack's, if it is one" : "none";
      const rows = [
        { name: "url", value: url.value, source: url.source },
        { name: "edge", value: edge.value ?? "as control says", source: edge.source },
        { name: "token", value: hasOwnToken ? "set, not shown" : fallback, source: token.source },
        { name: "timeout", value: `${timeoutSeconds.value} s`, source: timeoutSeconds.source },
      ];
      const columns = [
        { head: "SETTING", cell: (row: (typeof rows)[number]) => row.name },
        { head: "VALUE", cell: (row: (typeof rows)[number]) => row.value },
        { head: "FROM", cell: (row: (typeof rows)[number]) => row.source },
      ];
      return toShown({ settings: rows, file }, (paint) => printTable(columns, rows, paint));
    },
  );
}
