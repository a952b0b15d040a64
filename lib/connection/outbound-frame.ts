/** An encoded message on its way out. Shared by all recipients of a broadcast. */
export class OutboundFrame {
  constructor(
    /** What the codec wrote: text as a string, or as bytes that are UTF-8 already; binary as bytes. */
    readonly payload: string | Uint8Array,
    /** Whether it goes out in a binary frame. */
    readonly isBinary: boolean = typeof payload !== 'string',
  ) {}
}
