/** An encoded message on its way out. Shared by all recipients of a broadcast. */
export class OutboundFrame {
  constructor(
    /** What the codec wrote: text as a string, binary as bytes. */
    readonly payload: string | Uint8Array,
  ) {}
}
