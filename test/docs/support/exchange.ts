import { expect } from 'vitest';
import { type PeerMessage, WsPeer } from '../../support/ws-peer.js';
import { isSenders } from '../../conformance/support/foreign.js';
import type { CodeBlock, Document } from './documents.js';

/** One line of an exchange as the documents show it: `Ann -> {"event":"join"}`. */
interface Line {
  readonly who: string;
  readonly direction: '->' | '<-';
  readonly frame: string;
}

const LINE = /^(?:(\w+) )?(->|<-) (.+)$/;

/** What a server sends by the clock, which may come between any two lines. */
type Unasked = ReadonlySet<string>;

/** Keys whose text only the server knows: what a document has there stands for what it says, from then on everywhere. */
const SERVERS_OWN = ['epoch', 'connection'];

/** What the server's texts are, by those in the document. */
type Learned = Map<string, string>;

/** The exchanges of a document. */
export function exchangesOf({ blocks }: Document): CodeBlock[] {
  return blocks.filter(({ code }) => code.split('\n').every((line) => LINE.test(line)));
}

/** Says what the clients of an exchange say, over plain WebSockets, and expects what the server is said to answer. */
export async function replay(url: string, { code }: CodeBlock, unasked: Unasked): Promise<void> {
  const lines = code.split('\n').map(parse);
  const learned: Learned = new Map();
  const peers = new Map<string, WsPeer>();
  for (const { who } of lines) if (!peers.has(who)) peers.set(who, await WsPeer.connect(url));
  try {
    for (const { who, direction, frame } of lines) {
      const peer = peers.get(who)!;
      const told = withLearned(frame, learned);
      if (direction === '->') peer.sendRaw(told);
      else await expectFrame(peer, told, unasked, learned);
    }
  } finally {
    await Promise.all(Array.from(peers.values(), (peer) => peer.close()));
  }
}

async function expectFrame(
  peer: WsPeer,
  frame: string,
  unasked: Unasked,
  learned: Learned,
): Promise<void> {
  const expected = JSON.parse(frame) as { readonly event?: string };
  let message = await peer.next();
  while (
    (message.event !== expected.event && unasked.has(message.event)) ||
    (unasked.size > 0 && expected.event === undefined && isSenders({ ...message }))
  ) {
    message = await peer.next();
  }
  const known = withLearned(frame, learn(frame, message, learned));
  expect(message).toEqual(withPlaceholders(JSON.parse(known)));
}

/** Notes what the server calls something that has another name in the document. */
function learn(frame: string, { data }: PeerMessage, learned: Learned): Learned {
  for (const key of SERVERS_OWN) {
    const [, name] = new RegExp(`"${key}":"(\\w+)"`).exec(frame) ?? [];
    const text: unknown = Object(data)[key];
    const isKnown = name === undefined || [...learned.values()].includes(name);
    if (!isKnown && typeof text === 'string') learned.set(name, text);
  }
  return learned;
}

function withLearned(frame: string, learned: Learned): string {
  let told = frame;
  for (const [name, text] of learned) told = told.replaceAll(`"${name}"`, JSON.stringify(text));
  return told;
}

function parse(text: string): Line {
  const [, who = '', direction, frame] = LINE.exec(text)!;
  // What the documents show is in their future as seen from a machine whose clock is wrong, and the stale rule looks at the clock.
  const past =
    direction === '->' ? frame!.replaceAll('"timestamp":"2026-', '"timestamp":"2020-') : frame!;
  return { who, direction: direction as Line['direction'], frame: past };
}

/** `"..."` stands for any text, and every timestamp for any timestamp. */
function withPlaceholders(value: unknown, key?: string): unknown {
  if (key === 'timestamp') return expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
  if (value === '...') return expect.any(String);
  if (typeof value === 'string' && value.includes('"..."')) return jsonWithPlaceholders(value);
  if (Array.isArray(value)) return value.map((item) => withPlaceholders(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withPlaceholders(inner, name)]),
  );
}

/** JSON in a string, in which `"..."` stands for any text, too. */
function jsonWithPlaceholders(json: string): unknown {
  const parts = json.split('"..."').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return expect.stringMatching(new RegExp(`^${parts.join('"[^"]*"')}$`));
}
