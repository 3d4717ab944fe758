// The envelope rule of every message that crosses from one worker to another.
//
// Edge, preload and control are deployed one after the other, so for minutes two neighbouring
// versions talk to each other. A reader therefore accepts its own contract version, the one
// before and the one after; messages only ever gain optional fields between neighbours.
// This room holds types and constants. It decides nothing else.

/** Version of the messages in this room. Raise it with every change of meaning. */
export const CONTRACT_VERSION = 1;

/** Whether a reader of this build may act on a message of the given contract version. */
export function acceptsContract(contract: number): boolean {
  return Math.abs(contract - CONTRACT_VERSION) <= 1;
}
