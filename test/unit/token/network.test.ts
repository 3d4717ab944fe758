// Addresses of viewers and the networks that tokens are bound to.

import { describe, expect, test } from "vitest";
import { isWithin, parseAddress, parseNetwork } from "../../../workers/core/token/network.ts";

describe("addresses in networks", () => {
  test.each([
    ["10.1.2.3", "10.1.2.3", true],
    ["10.1.2.3", "10.1.2.4", false],
    ["10.1.2.0/24", "10.1.2.200", true],
    ["10.1.2.0/23", "10.1.3.9", true],
    ["10.1.2.0/23", "10.1.4.9", false],
    ["0.0.0.0/0", "255.255.255.255", true],
    ["0.0.0.0/0", "::1", false],
    ["2001:db8::/32", "2001:db8:1::5", true],
    ["2001:db8::/33", "2001:db8:8000::5", false],
    ["::ffff:10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "::ffff:a00:1", true],
    ["2001:DB8::1", "2001:db8:0:0:0:0:0:1", true],
  ])("%s holds %s: %s", (networkText, addressText, want) => {
    const network = parseNetwork(networkText);
    const address = parseAddress(addressText);
    expect(network !== null && address !== null && isWithin(network, address)).toBe(want);
  });

  test.each([
    "",
    "10.1.2",
    "10.1.2.256",
    "010.1.2.3",
    "10.1.2.3/33",
    "10.1.2.3/-1",
    "10.1.2.3/08",
    "10.1.2.3/8/8",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "::1%eth0",
    "12345::",
    "1:2:3:4:5:6:7::8",
  ])("refuses %j", (text) => expect(parseNetwork(text)).toBeNull());
});
