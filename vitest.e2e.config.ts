// The tests that need more than npm: a browser, ffmpeg, the real `npm start`. `npm run e2e` checks
// that all of it is there and then runs these (test/e2e/run.ts).

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "e2e",
    include: ["test/e2e/**/*.test.ts"],
    environment: "node",
    // Each file starts stacks and players of its own; two at once would only measure each other.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Players and encoders in real time, on a machine that others use: one that stands still for a
    // second gets a second try. Every test that needed it says "(retry x1)".
    retry: 1,
    // The figures that a test measures are printed as they are, without the test's name before.
    disableConsoleIntercept: true,
    reporters: ["verbose"],
  },
});
