import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../support/run-command.js';
import { type ServerProcess, startServerProcess } from '../../support/server-process.js';
import { WsPeer } from '../../support/ws-peer.js';
import { typeIntoRepl } from './support/repl.js';

const SAMPLES = resolve(import.meta.dirname, '../../../sample');
const SCRIPTS = resolve(SAMPLES, '03-scripts');

let server: ServerProcess | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(sample: string): Promise<number> {
  server = await startServerProcess(resolve(SAMPLES, sample, 'dist/main.js'), {
    env: { PORT: '0' },
  });
  return server.port;
}

/** Somebody in the lobby of the chat. */
async function enterLobby(port: number, name: string): Promise<WsPeer> {
  const peer = await WsPeer.connect(`ws://localhost:${port}/`);
  await peer.request('introduce', { name, tab: `the tab of ${name}` });
  await peer.request('join', { room: 'lobby' });
  return peer;
}

/** Runs a script as the README says, with another port. */
function run(port: number, script: string, ...args: string[]): Promise<string> {
  const command = ['-c', 'PORT="$0" exec "$@"', String(port), process.execPath, script, ...args];
  return runCommand('sh', command, SCRIPTS);
}

describe('the scripts of sample 03', () => {
  it('say one thing in the chat', async () => {
    const port = await start('01-chat');
    const ann = await enterLobby(port, 'Ann');
    const output = await run(port, 'send-one.mjs', 'Good morning', 'Cron');
    expect(output).toBe('Cron said it to 1 others.\n');
    expect((await ann.next('message')).data).toMatchObject({ from: 'Cron', text: 'Good morning' });
    await ann.close();
  });

  it('answer in the chat until it is over', async () => {
    const port = await start('01-chat');
    const ann = await enterLobby(port, 'Ann');
    const bot = run(port, 'chat-bot.mjs');
    expect((await ann.next('joined')).data).toMatchObject({ name: 'Bot' });
    await ann.request('say', { room: 'lobby', text: '!time' });
    const time = { from: 'Bot', text: expect.stringMatching(/^It is .+, Ann\.$/) as unknown };
    expect((await ann.next('message')).data).toMatchObject(time);
    await enterLobby(port, 'Ben');
    const welcome = { from: 'Bot', text: 'Welcome, Ben. Ask me for the !time.' };
    expect((await ann.next('message')).data).toMatchObject(welcome);
    await server?.stop();
    server = undefined;
    expect(await bot).toBe('The bot is in the lobby.\nThe chat is over (1012).\n');
  });

  it('follow the ticker', async () => {
    const port = await start('02-ticker');
    const lines = (await run(port, 'follow-ticker.mjs', '5')).trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]{12} \d+\.\d\d$/);
  });

  it('are not needed in the REPL: the session of the README goes as it is written', async () => {
    const port = await start('01-chat');
    const readme = readFileSync(resolve(SCRIPTS, 'README.md'), 'utf8');
    const session = /```text\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const [, ...steps] = session.replaceAll(':3000', `:${port}`).split(/^> /m);
    const dialogue = steps.map((step) => {
      const [line = '', ...answer] = step.trimEnd().split('\n');
      return { line, answer: answer.join('\n') };
    });
    const shown = await typeIntoRepl(dialogue.map(({ line }) => line));
    // Of an error the README shows the first line.
    const firstLines = shown.map((answer) =>
      answer.startsWith('Uncaught') ? answer.split('\n')[0] : answer,
    );
    expect(firstLines).toEqual(dialogue.map(({ answer }) => answer));
  });
});
