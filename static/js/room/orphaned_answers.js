// What tabs that are gone have left unsent on this device.

import { inOrder } from "./protocol.js";
import { outlive, standsInFor } from "./client.js";

/** Return what is left now; `later` gets what a tab leaves that goes while this one is open. */
export async function adopt({ store, session, client, later }) {
  const entriesOf = async (id) => inOrder(await store.all(session)).filter((entry) => entry.client === id);
  const left = inOrder(await store.all(session));
  const isGone = new Map([[client.id, true]]);
  for (const { client: id, seq } of left) {
    if (!isGone.has(id)) isGone.set(id, await standsInFor(id));
    if (id === client.id) client.atLeast(seq);
  }
  for (const [id, gone] of isGone) {
    if (!gone) outlive(id).then(async () => later(await entriesOf(id)));
  }
  return left.filter((entry) => isGone.get(entry.client));
}
