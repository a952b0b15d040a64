import { Transform } from 'class-transformer';

/** Drops the white space around a text before its rules are checked. */
export const Trim = () =>
  Transform(({ value }) => (typeof value === 'string' ? value.trim() : (value as unknown)));
