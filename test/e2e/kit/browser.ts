// A headless Chromium as a viewer has it: an empty profile, autoplay allowed, and no traffic of
// its own, so that every request that we see is the player's.

import { type Browser, chromium, type Page } from "playwright-core";
import { installGauge, type PlayReport, toPlayReport } from "./play-gauge.ts";
import { CHROMIUM, requireProgram } from "./programs.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--autoplay-policy=no-user-gesture-required",
];

/**
 * Errors that hls.js 1.7.4 throws by itself, whoever serves it: they end one run of a timer that
 * comes again 100 ms later, and the picture goes on. Each names its place in hls.js, so that the
 * same words from anywhere else stay a fault of the page.
 */
const FAULTS_OF_HLS_JS = [
  {
    // A playlist delta that arrives for a level which was just left cannot be merged (the level
    // controller says so: deltaUpdateFailed), but the audio controller keeps it as the main
    // playlist all the same, and reads its first segment, which the delta skipped.
    message: "Cannot read properties of null (reading 'start')",
    place: /\/console\/hls\.js:/,
  },
];

function isFaultOfHlsJs({ message, stack = "" }: Error): boolean {
  const [, thrownAt = ""] = stack.split("\n");
  return FAULTS_OF_HLS_JS.some((known) => message === known.message && known.place.test(thrownAt));
}

export function startBrowser(): Promise<Browser> {
  const executablePath = requireProgram(CHROMIUM);
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/** One answer that the page got from another machine than its own server. */
export interface SeenReply {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly url: string;
  readonly status: number;
  /** As the edge names it in Server-Timing; null where it does not. */
  readonly origin: string | null;
  readonly cache: string;
}

export interface Viewer {
  readonly page: Page;
  /** Answers of the edge, oldest first. */
  readonly replies: readonly SeenReply[];
  /** Requests that ended without an answer and were not given up by the player. */
  readonly losses: readonly string[];
  /**
   * Errors of the page: console, uncaught, and violations of its content security policy; without
   * those that are known to be the player library's own.
   */
  readonly faults: readonly string[];
  /** What was played since `fromMs` of the page's clock, by default since its navigation. */
  readonly report: (fromMs?: number) => Promise<PlayReport>;
  readonly close: () => Promise<void>;
}

export interface ViewerOptions {
  readonly edgeUrl: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "dark" | "light";
}

/** A new page in a profile of its own, with instruments, not yet navigated. */
export async function openViewer(browser: Browser, options: ViewerOptions): Promise<Viewer> {
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    colorScheme: options.colorScheme ?? "dark",
  });
  const page = await context.newPage();
  const replies: SeenReply[] = [];
  const losses: string[] = [];
  const faults: string[] = [];
  page.on("response", (response) => {
    if (!response.url().startsWith(options.edgeUrl)) return;
    const headers = response.headers();
    const origin = /origin;desc="([^"]+)"/.exec(headers["server-timing"] ?? "")?.[1] ?? null;
    const cache = headers["cache-status"] ?? "";
    replies.push({
      atMs: Date.now(),
      url: response.url(),
      status: response.status(),
      origin,
      cache,
    });
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // Players give requests up when they change rendition; that says nothing about the edge.
    if (why !== "net::ERR_ABORTED") losses.push(`${request.url()}: ${why}`);
  });
  page.on("pageerror", (error) => {
    if (!isFaultOfHlsJs(error)) faults.push(`uncaught: ${error.stack ?? error.message}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  await page.addInitScript(installGauge);
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  const report = async (fromMs = 0) =>
    toPlayReport(await page.evaluate(() => window.playSamples), fromMs);
  return { page, replies, losses, faults, report, close: () => context.close() };
}

/** Waits until the picture moves or `waitMs` are over, and says what was played until then. */
export async function waitForStart(viewer: Viewer, waitMs: number): Promise<PlayReport> {
  const untilMs = Date.now() + waitMs;
  for (;;) {
    const report = await viewer.report();
    if (report.startedAfterMs !== null || Date.now() > untilMs) return report;
    await viewer.page.waitForTimeout(50);
  }
}

/** The page's own clock, for `report`. */
export function readPageClock(viewer: Viewer): Promise<number> {
  return viewer.page.evaluate(() => performance.now());
}
