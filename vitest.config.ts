// Every test by what it needs. `npm test` runs all that needs only npm; e2e has its own command.

import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/kit/longest-first.ts";

/**
 * The unit tests run twice: decisions must come out the same in Node and in workerd. Plain
 * functions on plain values leave nothing behind, so files share what they import (`isolate`).
 */
const UNIT = ["test/unit/**/*.test.ts"];

export default defineConfig({
  test: {
    // Scenarios wait most of their time, so that more of them fit than there are cores.
    maxWorkers: 7,
    sequence: { sequencer: LongestFirst },
    reporters:
      process.env["CI"] === undefined
        ? ["default"]
        : ["default", ["json", { outputFile: ".build/vitest.json" }]],
    projects: [
      {
        test: {
          name: "unit",
          include: UNIT,
          environment: "node",
          testTimeout: 30_000,
          isolate: false,
        },
      },
      {
        plugins: [cloudflareTest({ miniflare: { compatibilityDate: "2026-09-15" } })],
        test: { name: "unit-workerd", include: UNIT, testTimeout: 30_000, isolate: false },
      },
      {
        test: {
          name: "node",
          include: ["test/{demo,golden,kit,property,sim,tidy,local}/**/*.test.ts"],
          environment: "node",
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "scenario",
          include: ["test/scenario/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Real workers in real time, as e2e: a machine that stood still gets a second try, and
          // the report says "(retry x1)".
          retry: 1,
        },
      },
    ],
  },
});
