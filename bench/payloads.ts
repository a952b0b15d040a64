/** What every server is sent and sends, so that all of them move the same data. */

/** The payload of an echo. Every handler binds `text` and `n` and returns both. */
export const ECHO = { text: 'The quick brown fox jumps over the lazy dog', n: 12345 };

/** The payload of a broadcast: about 120 bytes on the wire with bounce-ws's envelope around it. */
export const NEWS = { id: 1234567, text: 'a line of chat, as long as most' };

/** What a member of a room says in `rooms-500`. */
export const SAID = 'a line of chat, as long as most';

/** How many gateways answer in `gateways-5`; the events are `echo1` to `echo5`. */
export const GATEWAY_COUNT = 5;

/** How many rooms the node that sends in `cluster-broadcast` takes in turn; they are `room-0` and so on. */
export const CLUSTER_ROOMS = 100;

/** The rate of the timed sender. */
export const CLOCK_HZ = 60;
