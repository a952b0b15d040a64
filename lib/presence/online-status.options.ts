/** Options of `@OnlineStatus()`. */
export interface OnlineStatusOptions {
  /** The property that holds the id by which `PresenceService` knows the user. @default 'id' */
  readonly idField?: string;
  /** The property that is added. @default 'isOnline' */
  readonly statusField?: string;
  /** The property that holds the users when an object around them is returned, such as a page. @default 'items' */
  readonly itemsField?: string;
}
