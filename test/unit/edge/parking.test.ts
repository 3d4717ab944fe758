// Where requests wait for news.

import { expect, test } from "vitest";
import { Parking } from "../../../workers/edge/live/parking.ts";

test("a wake ends every wait, and nobody is left", async () => {
  const parking = new Parking();
  const waits = [parking.wait(60_000), parking.wait(60_000, new AbortController().signal)];
  expect(parking.count).toBe(2);
  parking.wake();
  await Promise.all(waits);
  expect(parking.count).toBe(0);
});

test("a wait ends by itself, though nobody wakes it", async () => {
  const parking = new Parking();
  await parking.wait(1);
  expect(parking.count).toBe(0);
});

test("a viewer who leaves is let go, and only that one", async () => {
  const parking = new Parking();
  const abort = new AbortController();
  const left = parking.wait(60_000, abort.signal);
  const stays = parking.wait(60_000, new AbortController().signal);
  abort.abort();
  await left;
  expect(parking.count).toBe(1);
  parking.wake();
  await stays;
});

test("who has left already does not wait at all", async () => {
  const parking = new Parking();
  await parking.wait(60_000, AbortSignal.abort());
  expect(parking.count).toBe(0);
});
