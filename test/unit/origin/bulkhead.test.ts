// Who may begin a fill, and who goes first when there is little room.

import { describe, expect, test } from "vitest";
import {
  CHANNEL_FILLS_MAX,
  decideAdmission,
  FILL_CAUSES,
} from "../../../workers/core/origin/bulkhead.ts";

const roomOf = (cause: (typeof FILL_CAUSES)[number], fillsMax?: number) => {
  let count = 0;
  while (decideAdmission(cause, count, fillsMax)) count += 1;
  return count;
};

describe("room", () => {
  test("shrinks with urgency, and the whole of it is the live edge's", () => {
    const rooms = FILL_CAUSES.map((cause) => roomOf(cause));
    expect(rooms[0]).toBe(CHANNEL_FILLS_MAX);
    expect(rooms).toEqual([...rooms].sort((a, b) => b - a));
    expect(roomOf("viewer")).toBeLessThan(roomOf("announced"));
    expect(roomOf("preload")).toBeLessThan(roomOf("viewer"));
  });

  test.each(FILL_CAUSES)("%s always has some", (cause) => expect(roomOf(cause, 1)).toBe(1));
});
