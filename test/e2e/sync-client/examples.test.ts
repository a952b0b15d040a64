import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../../support/run-command.js';
import { useServers } from './support/servers.js';

const servers = useServers();

const run = async (example: string): Promise<string> => {
  const path = resolve(import.meta.dirname, 'examples', example);
  return runCommand(process.execPath, [path, await servers.echo()], import.meta.dirname);
};

it('the minimal example of nwebsocket works line by line', async () => {
  expect(await run('minimal.js')).toBe('Opened connection\ntext\nClosed connection\n');
});

it('the class example of nwebsocket works line by line', async () => {
  expect(await run('class.js')).toBe("Opened connection\n[ 'text' ]\nClosed connection\n");
});
