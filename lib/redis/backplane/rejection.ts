/** Why a message was not taken; what it is counted under. */
export type Rejection =
  'not-json' | 'wrong-version' | 'too-large' | 'forged' | 'malformed' | 'repeated';
