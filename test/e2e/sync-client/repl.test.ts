import { expect, it } from 'vitest';
import { typeIntoRepl } from './support/repl.js';
import { useServers } from './support/servers.js';

const servers = useServers();

it.each([
  `const { SyncBounceClient } = require('bounce-ws/client/sync')`,
  `const { SyncBounceClient } = await import('bounce-ws/client/sync')`,
])('a client can be used line by line after %s', async (load) => {
  const url = await servers.echo();
  const shown = await typeIntoRepl([
    load,
    `const client = new SyncBounceClient('${url}')`,
    `client`,
    `client.send('hello')`,
    `client.receive().data`,
    `client.receive({ timeoutMs: 10 })`,
    `client.onmessage = ({ data }) => console.log('got', data)`,
    `client.send('again')`,
    `client.close()`,
    `client.readyState`,
    `client.send('too late')`,
  ]);
  expect(shown).toEqual([
    'undefined',
    'undefined',
    `SyncBounceClient { url: '${url}', readyState: 1 }`,
    'undefined',
    `'hello'`,
    'null',
    '[Function (anonymous)]',
    'undefined',
    `got again\n{ code: 1000, reason: '' }`,
    '3',
    expect.stringMatching(/^Uncaught ConnectionError: The connection is closed: code 1000\n/),
  ]);
});

it('an open client does not keep the REPL from ending', async () => {
  const url = await servers.echo();
  const shown = await typeIntoRepl([
    `const { SyncBounceClient } = require('bounce-ws/client/sync')`,
    `new SyncBounceClient('${url}').url`,
  ]);
  expect(shown.at(-1)).toBe(`'${url}'`);
});
