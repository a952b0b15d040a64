/** Who a connection belongs to. */
export interface Identity {
  /** What `toUser()` and presence call the user by: 1 to 256 characters, the same on all nodes and for all their tabs. */
  readonly userId: string;
  /** What handlers see as `client.user`. */
  readonly user: unknown;
}
