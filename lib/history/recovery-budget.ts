/** How much all recoveries of a connection may bring together: what does not fit into its outbound queue would end it. */
export class RecoveryBudget {
  #bytes: number;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** What is left of it: more need not be read. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes so much of it. @returns whether there was so much */
  spend(bytes: number): boolean {
    if (bytes > this.#bytes) return false;
    this.#bytes -= bytes;
    return true;
  }
}
