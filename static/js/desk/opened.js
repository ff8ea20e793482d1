/** Which desk is open. The next document takes the place of the last one without a new page, so a module that adds something to
 * the desk does it for each desk that opens:
 *
 *     onDesk((desk) => {
 *       …                    // desk: {data, fields, viewer, checks, lease, say, signal}
 *       return () => …;      // optional: called when this desk closes
 *     });
 *
 * `signal` is aborted then too: pass it to `addEventListener` on anything that outlives the desk. */
const callbacks = new Set();
let current = null;
let cleanups = [];

const begin = (callback) => cleanups.push(callback(current) ?? (() => {}));

/** Calls back for each desk that opens, and at once for the one that is open. */
export function onDesk(callback) {
  callbacks.add(callback);
  if (current) begin(callback);
}

/** The desk that is open, or null. */
export const openDesk = () => current;

export function deskOpened(desk) {
  current = desk;
  for (const callback of callbacks) begin(callback);
}

export function deskClosed() {
  for (const cleanUp of cleanups) cleanUp();
  cleanups = [];
  current = null;
}
