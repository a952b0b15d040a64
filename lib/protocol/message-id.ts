import type { MessageId } from './envelope.interface.js';

/** The longest `id` that is a string, in UTF-16 code units. */
export const MAX_MESSAGE_ID_LENGTH = 64;

/** Whether a value can be the `id` of a message: a safe integer or a string of 1 to 64 characters. */
export function isMessageId(value: unknown): value is MessageId {
  return typeof value === 'string'
    ? value.length > 0 && value.length <= MAX_MESSAGE_ID_LENGTH
    : Number.isSafeInteger(value);
}
