/** The longest token, in bytes. */
export const MAX_TOKEN_BYTES = 4_096;

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Whether a value can be a token at all: 1 to 4096 visible ASCII characters, as every scheme in use has them. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TOKEN_BYTES && VISIBLE_ASCII.test(value);
}

/** A text with the token taken out: errors of an app like to quote what they could not read. */
export function withoutToken(text: string, token: string): string {
  return text.replaceAll(token, '[token]');
}
