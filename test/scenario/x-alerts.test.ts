// x-: what operators are told. Alerts from an incident to a real receiver: signed, once per step,
// again until it has arrived, and over restarts.

import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type AlertStack,
  type ReceivedMessage,
  type Receiver,
  startAlertStack,
  startReceiver,
} from "../kit/alert-stack.ts";

const KEY = Buffer.from("a key of thirty-two bytes length").toString("base64");
const MINUTE_MS = 60_000;
/** The desk looks every five seconds. */
const SOON = { timeout: 20_000, interval: 100 };

let receiver: Receiver;
let desk: AlertStack;
let cases = 0;
/** Every case has an origin of its own, so that its incident is no other's. */
let origin = "";

beforeAll(async () => {
  receiver = await startReceiver();
  desk = await startAlertStack({
    WEIR_CONTACT_OPS: `whsec_${KEY}`,
    WEIR_CONTACT_ROOM: `${receiver.url}/room/secret`,
  });
});
afterAll(async () => {
  await desk?.stop();
  await receiver?.stop();
});
beforeEach(async () => {
  await desk.call("clear");
  cases += 1;
  origin = `east-${cases}`;
});

const webhook = (id: string, role: string) => ({
  ...{ id, role, kind: "webhook", credentials: "OPS" },
  url: `${receiver.url}/${id}`,
});

async function fail(agoMs: number): Promise<void> {
  const entry = {
    ...{ kind: "verdict", actor: "health", channelId: null, originId: origin, region: null },
    ...{ from: "green", to: "red", reason: "failing", inputs: { sessions: 7 } },
  };
  await desk.call("record", entry, Date.now() - agoMs);
}

const got = (path: string): readonly ReceivedMessage[] =>
  receiver.got.filter((each) => each.path === path && each.body.includes(origin));
const types = (path: string) => got(path).map(({ body }) => JSON.parse(body).type as string);

async function findIncident(): Promise<string> {
  const book = (await desk.call("incidents")) as { id: string; origins: string[] }[];
  return book.find(({ origins }) => origins.includes(origin))?.id ?? "";
}

describe("an incident", () => {
  test("reaches those on call, signed, and nobody else", async () => {
    await desk.call("use", [webhook("ann", "on-call"), webhook("lea", "lead")]);
    await fail(0);
    await expect.poll(() => types("/ann"), SOON).toEqual(["incident.opened"]);
    const [message] = got("/ann");
    if (message === undefined) throw new Error("it came a moment ago");
    const { headers, body } = message;
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const mac = createHmac("sha256", Buffer.from(KEY, "base64")).update(signed).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${mac}`);
    expect(headers["content-type"]).toBe("application/json");
    expect(Math.abs(Number(headers["webhook-timestamp"]) * 1_000 - Date.now())).toBeLessThan(
      30_000,
    );
    expect(JSON.parse(body).data).toMatchObject({
      level: "warning",
      origins: [origin],
      sessions: 7,
    });
    expect(got("/lea")).toEqual([]);
  });

  test.each([
    { minutes: 6, told: ["ann", "lea"] },
    { minutes: 16, told: ["ann", "lea", "max"] },
    { minutes: 61, told: ["ann", "lea", "max", "zoe"] },
  ])("that nobody took up for $minutes minutes reaches $told", async ({ minutes, told }) => {
    await desk.call("use", [
      webhook("ann", "on-call"),
      webhook("lea", "lead"),
      webhook("max", "manager"),
      webhook("zoe", "director"),
    ]);
    await fail(minutes * MINUTE_MS);
    for (const id of told) await expect.poll(() => got(`/${id}`).length, SOON).toBe(1);
    for (const id of ["ann", "lea", "max", "zoe"].filter((each) => !told.includes(each))) {
      expect(got(`/${id}`), id).toEqual([]);
    }
  });

  test("is written into a chat room, whose address only the secret knows", async () => {
    await desk.call("use", [{ id: "room", role: "on-call", kind: "chat", credentials: "ROOM" }]);
    await fail(0);
    await expect.poll(() => got("/room/secret").length, SOON).toBe(1);
    const { text } = JSON.parse(got("/room/secret")[0]?.body ?? "") as { text: string };
    expect(text).toMatch(
      new RegExp(`^🔴 WARNING: Incident \\S+: ${origin}\\.\nOrigins: ${origin}\n`),
    );
  });

  test("that is over is told to those who heard of it", async () => {
    await desk.call("use", [webhook("ann", "on-call"), webhook("lea", "lead")]);
    await fail(0);
    await expect.poll(() => types("/ann"), SOON).toEqual(["incident.opened"]);
    const well = {
      ...{ kind: "verdict", actor: "health", channelId: null, originId: origin, region: null },
      ...{ from: "red", to: "green", reason: "recovered", inputs: {} },
    };
    await desk.call("record", well, Date.now());
    await desk.call("calm", Date.now() + 10 * MINUTE_MS);
    await expect.poll(() => types("/ann"), SOON).toEqual(["incident.opened", "incident.closed"]);
    expect(got("/lea")).toEqual([]);
  });
});

describe("a receiver", () => {
  test("that fails gets the same message again, and only once after it took it", async () => {
    receiver.on("/bob", (count) => ({ status: count < 2 ? 503 : 200 }));
    await desk.call("use", [webhook("bob", "on-call")]);
    await fail(0);
    await expect.poll(() => got("/bob").length, SOON).toBe(2);
    const ids = got("/bob").map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(1);
    const incident = await findIncident();
    await expect
      .poll(async () => await desk.call("notices", incident), SOON)
      .toMatchObject({ [incident]: [{ contactId: "bob", step: 0 }] });
    // Two more looks of the desk.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    expect(got("/bob")).toHaveLength(2);
  });

  test("that redirects is not followed", async () => {
    receiver.on("/eve", () => ({
      status: 307,
      headers: { location: `${receiver.url}/elsewhere` },
    }));
    await desk.call("use", [webhook("eve", "on-call")]);
    await fail(0);
    await expect.poll(() => got("/eve").length, SOON).toBeGreaterThan(0);
    expect(got("/elsewhere")).toEqual([]);
    expect(await desk.call("notices", await findIncident())).toEqual({
      [await findIncident()]: [],
    });
  });

  test("that is gone (410) is left in peace", async () => {
    receiver.on("/old", () => ({ status: 410 }));
    await desk.call("use", [webhook("old", "on-call")]);
    await fail(0);
    await expect.poll(() => got("/old").length, SOON).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(got("/old")).toHaveLength(1);
  });

  test("hears of it after the desk's machine was down", async () => {
    receiver.on("/sue", (count) => ({ status: count === 1 ? 500 : 204 }));
    await desk.call("use", [webhook("sue", "on-call")]);
    await fail(0);
    await expect.poll(() => got("/sue").length, SOON).toBe(1);
    await desk.halt();
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    expect(got("/sue")).toHaveLength(1);
    // Nobody calls the desk: its own alarm has to bring the message out.
    await desk.restart();
    await expect.poll(() => got("/sue").length, SOON).toBe(2);
    const [first, second] = got("/sue");
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(second?.body).toBe(first?.body);
  });
});
