// The command line's entry: one run, with this process's arguments and streams. Everything else is
// reached from here and can be tested without a process.

import { runCli } from "./run-cli.ts";

// Whoever reads our output may have heard enough (`weir audit | head`).
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await runCli(process.argv.slice(2));
