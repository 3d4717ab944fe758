// The player page as a newcomer sees it: it loads clean, names the origin that serves, and its
// button and its log show the switch. Leaves screenshots in test-results/ for people to look at.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openViewer, startBrowser, type Viewer, waitForStart } from "./kit/browser.ts";
import { type DemoStack, startFreeStack } from "./kit/free-stack.ts";

const RESULTS = fileURLToPath(new URL("../../test-results/", import.meta.url));
const START_WAIT_MS = 20_000;
/** The page reports after 15 s whether the player noticed. */
const CALM_WAIT_MS = 25_000;
/** What starting took is won back slowly: a second in ten. */
const CATCH_UP_MS = 25_000;

let browser: Browser;
let stack: DemoStack;
const viewers: Viewer[] = [];

beforeAll(async () => {
  mkdirSync(RESULTS, { recursive: true });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  stack = await startFreeStack();
});
afterEach(async () => {
  await Promise.all(viewers.splice(0).map((viewer) => viewer.close()));
  await stack?.stop();
});

async function open(options: {
  readonly width: number;
  readonly height: number;
  readonly colorScheme?: "dark" | "light";
  readonly path?: string;
}): Promise<Viewer> {
  const { width, height, colorScheme = "dark", path = "/" } = options;
  const edgeUrl = stack.edgeUrls[0] ?? "";
  const viewer = await openViewer(browser, { edgeUrl, viewport: { width, height }, colorScheme });
  viewers.push(viewer);
  await viewer.page.goto(stack.controlUrl + path);
  const { startedAfterMs } = await waitForStart(viewer, START_WAIT_MS);
  expect(startedAfterMs).not.toBeNull();
  return viewer;
}

function takePicture({ page }: Viewer, name: string): Promise<unknown> {
  return page.screenshot({ path: `${RESULTS}${name}.png`, fullPage: true });
}

/** How far the page reaches beyond its window, in pixels. */
function readOverhang({ page }: Viewer): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

const readText = ({ page }: Viewer, id: string) => page.locator(`#${id}`).textContent();

test("loads clean, names the origin, and its button and log show the switch", async () => {
  const viewer = await open({ width: 1440, height: 900 });
  const { page } = viewer;
  await page.waitForTimeout(6_000);
  expect(await readText(viewer, "now-playlist-name")).toBe("east");
  expect(await readText(viewer, "now-media-name")).toBe("chunks");
  expect(await readText(viewer, "latency")).toMatch(/^\d+\.\d s$/);
  expect(await readText(viewer, "hits")).toMatch(/^\d+ %$/);
  // Of all origins of the catalog; switches only of those that this channel is read from.
  const verdicts = await page.locator("#cards .verdict").allTextContents();
  expect(verdicts).toEqual(Array.from({ length: 5 }, () => "green"));
  await page.getByRole("button", { name: "Kill origin west" }).waitFor();
  expect(await page.getByRole("button", { name: "Kill origin ll-east" }).isVisible()).toBe(false);
  expect(await readText(viewer, "incidents-state")).toBe("none is open");
  await takePicture(viewer, "player-dark");

  await page.getByRole("button", { name: "Kill origin east" }).click();
  const log = page.locator("#journal");
  await log.getByText("first answer from west").waitFor({ timeout: CALM_WAIT_MS });
  await log.getByText("control verdict east red").waitFor({ timeout: CALM_WAIT_MS });
  await log.getByText("control asks west first").waitFor({ timeout: CALM_WAIT_MS });
  await log.getByText("the player did not notice").waitFor({ timeout: CALM_WAIT_MS });
  expect(await readText(viewer, "now-playlist-name")).toBe("west");
  expect(await readText(viewer, "stalls")).toBe("0");
  // What control knows of it: the incident with its decisions, and why the origin is red.
  const incident = page.locator("#incidents .incident");
  await incident.getByText("nobody has taken it up").waitFor({ timeout: CALM_WAIT_MS });
  expect(await readText(viewer, "incidents-state")).toBe("one is open");
  const told = (await incident.textContent()) ?? "";
  expect(told).toMatch(/east.*seen within [\d.]+ m?s · decided after [\d.]+ m?s/);
  expect(told).toMatch(/order.*west>east/);
  const card = page.locator("#cards .card", { hasText: "requests fail one after the other" });
  expect(await card.locator("h3").textContent()).toBe("east");
  expect(await card.locator(".card-regions li").first().textContent()).toMatch(/failing/);
  await takePicture(viewer, "player-dark-killed");
  await page.setViewportSize({ width: 380, height: 800 });
  expect(await readOverhang(viewer)).toBe(0);
  await takePicture(viewer, "player-380-killed");
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.getByRole("button", { name: "Revive origin east" }).click();
  await log.getByText("control verdict east green").waitFor({ timeout: CALM_WAIT_MS });
  await page.getByRole("button", { name: "Kill origin east" }).waitFor();
  expect(await readText(viewer, "fatals")).toBe("0");
  expect(await page.locator("#trouble").isVisible()).toBe(false);
  expect(viewer.faults).toEqual([]);
  expect(viewer.losses).toEqual([]);
});

test("plays the low-latency channel close to live, and shows its own switches", async () => {
  const viewer = await open({ width: 1440, height: 900, path: "/#demo-ll" });
  const { page } = viewer;
  await page.waitForTimeout(CATCH_UP_MS);
  expect(await readText(viewer, "now-playlist-name")).toMatch(/^ll-(east|west)$/);
  const latency = await readText(viewer, "latency");
  console.log(`  the page says: ${latency} behind live`);
  expect(Number.parseFloat(latency ?? "")).toBeLessThan(2.5);
  await page.getByRole("button", { name: "Kill origin ll-west" }).waitFor();
  expect(await page.getByRole("button", { name: "Kill origin east" }).isVisible()).toBe(false);
  expect(viewer.replies.filter(({ url }) => /\.\d\.m4s$/.test(url)).length).toBeGreaterThan(10);
  expect(await readText(viewer, "fatals")).toBe("0");
  await takePicture(viewer, "player-dark-ll");
});

test("says what is wrong when no origin is left, and plays again by itself", async () => {
  const viewer = await open({ width: 1440, height: 900, colorScheme: "light" });
  const { page } = viewer;
  await takePicture(viewer, "player-light");
  await page.getByRole("button", { name: "Kill origin east" }).click();
  await page.getByRole("button", { name: "Kill origin west" }).click();
  await page.locator("#trouble").waitFor({ state: "visible", timeout: 60_000 });
  expect(await readText(viewer, "trouble-title")).toMatch(/^The edge answers 50\d$/);
  await takePicture(viewer, "player-light-trouble");
  await page.getByRole("button", { name: "Revive origin west" }).click();
  await page.locator("#trouble").waitFor({ state: "hidden", timeout: 30_000 });
  await page.locator("#journal").getByText("playing again").waitFor({ timeout: 30_000 });
});

test.each([
  { name: "player-380", path: "/#demo", width: 380 },
  { name: "player-380-vod", path: "/#demo-vod", width: 380 },
  { name: "player-820", path: "/#demo", width: 820 },
  { name: "player-820-ll", path: "/#demo-ll", width: 820 },
])("fits a window of $width px: $name", async ({ name, path, width }) => {
  const viewer = await open({ width, height: 800, path });
  await viewer.page.waitForTimeout(4_000);
  await takePicture(viewer, name);
  expect(await readOverhang(viewer)).toBe(0);
  expect(viewer.faults).toEqual([]);
});
