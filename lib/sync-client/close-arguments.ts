const MAX_REASON_BYTES = 123;

/** @throws RangeError on a code that is not for applications, or a reason that no close frame can hold */
export function checkCloseArguments(code: number, reason: string): void {
  if (code !== 1000 && !(Number.isInteger(code) && code >= 3000 && code <= 4999)) {
    throw new RangeError(`A close code is 1000 or from 3000 to 4999, not ${code}`);
  }
  if (Buffer.byteLength(reason) > MAX_REASON_BYTES) {
    throw new RangeError(`A close reason has at most ${MAX_REASON_BYTES} bytes`);
  }
}
