import type { Contestant } from '../peers.js';

/** Readable on white and on black. */
export const COLORS: Readonly<Record<Contestant, string>> = {
  'bounce-ws': '#1a9c5b',
  ws: '#3b82c4',
  'ws-once': '#3b82c4',
  'nest-ws': '#d9663d',
  'nest-socket.io': '#8a6fc9',
  net: '#7f8a94',
};

/** Text and lines on a page of either kind. */
export const NEUTRAL_STYLE =
  '<style>text{fill:#57606a}line{stroke:#57606a}@media(prefers-color-scheme:dark){text{fill:#a0a9b4}line{stroke:#a0a9b4}}</style>';
