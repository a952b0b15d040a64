/** The longest event name, in UTF-16 code units. */
export const MAX_EVENT_NAME_LENGTH = 128;

/** Whether a value is an event name: a well-formed string of 1 to 128 characters without control characters. */
export function isEventName(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_EVENT_NAME_LENGTH) {
    return false;
  }
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    // Control characters would let a name break log lines.
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return false;
    // Rare, and a lone one has no UTF-8 form. String.prototype.isWellFormed is too new for the client's browsers.
    if (unit >= 0xd800 && unit <= 0xdfff) {
      return !FORBIDDEN.test(value);
    }
  }
  return true;
}

// oxlint-disable-next-line no-control-regex -- the rule's own subject
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\p{Surrogate}]/u;
