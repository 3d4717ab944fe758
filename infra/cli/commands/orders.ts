// Giving an order and taking it back: what drain, pin, ban, canary, freeze and shadow have in
// common. An order is taken back by what it says, for nobody remembers its id.

import type { Answer, Client } from "../client/client.ts";
import { toFlagNames } from "../client/flag-names.ts";
import { type Ending, EXIT, type Failure, toFailure, toShown } from "../ending.ts";
import { type OrderLine, printOrders } from "../screens/health.ts";
import type { Session } from "../session.ts";

export interface OrderText {
  readonly kind: string;
  readonly origin?: string | undefined;
  readonly channel?: string | undefined;
  readonly share?: number | undefined;
  readonly forSeconds?: number | undefined;
}

const FLAGS = { forSeconds: "--for", share: "--share", channel: "--channel" };

/** Gives an order. */
export async function giveOrder({ client, readNowMs }: Session, text: OrderText): Promise<Ending> {
  const given = await client.send<OrderLine>("POST", "/overrides", { json: text });
  if (given.kind === "failure") return toFlagNames(given, FLAGS);
  return toShown(given.body, (paint) => printOrders([given.body], readNowMs(), paint));
}

/** The orders in force. */
export async function listOrders({ client, readNowMs }: Session): Promise<Ending> {
  const listed = await readOrders(client);
  if (listed.kind === "failure") return listed;
  return toShown(listed.body, (paint) => printOrders(listed.body.overrides, readNowMs(), paint));
}

function readOrders(
  client: Client,
): Promise<Answer<{ readonly overrides: readonly OrderLine[] }> | Failure> {
  return client.get("/overrides");
}

/** Takes back every order of a kind about an origin or a channel. */
export async function revokeOrders(
  { client }: Session,
  kind: string,
  about: { readonly origin?: string | undefined; readonly channel?: string | undefined },
): Promise<Ending> {
  const listed = await readOrders(client);
  if (listed.kind === "failure") return listed;
  const found = listed.body.overrides.filter(
    (order) =>
      order.kind === kind &&
      (about.origin === undefined || order.origin === about.origin) &&
      (about.channel === undefined || order.channel === about.channel),
  );
  if (found.length === 0) {
    const what = about.origin ?? about.channel ?? "any channel";
    const detail = `No order "${kind}" about ${what} is in force.`;
    const remedy = "`weir origin orders` lists those that are.";
    return toFailure(EXIT.failed, "There is nothing to take back.", detail, remedy);
  }
  for (const { id } of found) {
    const gone = await client.send("DELETE", `/overrides/${id}`);
    if (gone.kind === "failure") return gone;
  }
  const words = found.map(({ origin, channel }) => {
    const place = [origin, channel].filter((each) => each !== null).join(" on ");
    return `The ${kind} of ${place || "all channels"} is over.`;
  });
  return toShown({ revoked: found }, () => words.join("\n"));
}
