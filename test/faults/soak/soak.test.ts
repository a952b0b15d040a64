import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Held } from '../../../bench/hold/held.js';
import type { SoakRun } from '../../../bench/soak/sample.interface.js';
import { runCommand } from '../../support/run-command.js';

const SMALL = ['--clients', '30', '--rate', '50', '--churn', '100'];
/** Longer than what nodes keep their messages for. */
const ONE_OUTAGE = ['--minutes', '0.2', '--kill-every', '6', '--away', '3'];
const NO_OUTAGE = ['--minutes', '0.15', '--kill-every', '0'];
const TIMEOUT_MS = 60_000;

describe.concurrent('the command soak', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bounce-ws-soak-'));
    await runCommand(process.execPath, ['bench/build.js'], '.');
  }, TIMEOUT_MS);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Runs it. @returns what it wrote into its files, and whether it ended well */
  async function soak(name: string, ...args: string[]) {
    const out = join(folder, name);
    const json = join(folder, `${name}.json`);
    const command = ['bench/dist/bench/soak/main.js', ...SMALL, ...args];
    const isWell = await runCommand(
      process.execPath,
      [...command, '--out', out, '--json', json],
      '.',
    ).then(
      () => true,
      () => false,
    );
    const { run, held } = JSON.parse(await readFile(json, 'utf8')) as {
      run: SoakRun;
      held: Held[];
    };
    const page = await readFile(join(out, 'soak-results.md'), 'utf8');
    const plot = await readFile(join(out, 'soak.svg'), 'utf8');
    const broken = held.filter(({ isKept }) => isKept === false).map(({ what }) => what);
    return { isWell, run, broken, page, plot };
  }

  it(
    'loses nothing while clients come and go and Redis is killed',
    async () => {
      const { run, page, plot } = await soak('well', ...ONE_OUTAGE);
      const { account, outages, changed, silent } = run;
      expect(account).toMatchObject({ lostLocally: 0, lostAcross: 0, disordered: 0 });
      expect(account.said).toBeGreaterThan(50);
      expect(account.promised).toBe(account.delivered);
      // It is a real outage: without it everything would have crossed.
      expect(outages).toHaveLength(1);
      expect(account.missedInOutage).toBeGreaterThan(0);
      expect(silent).toBe(0);
      expect(changed).toBeGreaterThan(1);
      expect(run.left.map(({ sockets }) => sockets)).toEqual([0, 0, 0]);
      expect(page).toMatch(/^\| lost on one node +\| 0 +\| 0 +\| yes/m);
      expect(plot).toContain('resident memory, MB');
    },
    TIMEOUT_MS,
  );

  it(
    'notices what the servers drop, and ends with an error',
    async () => {
      const { isWell, run, broken } = await soak('lossy', ...NO_OUTAGE, '--lose', '3');
      expect(isWell).toBe(false);
      // Three messages to all ten members of a room, of whom three or four are on the same node.
      const { lostLocally, lostAcross, promised, delivered } = run.account;
      expect(lostLocally).toBeGreaterThanOrEqual(9);
      expect(lostLocally + lostAcross).toBe(30);
      expect(promised - delivered).toBe(30);
      expect(broken).toContain('lost on one node');
      expect(broken).toContain('lost between nodes while there was a Redis');
    },
    TIMEOUT_MS,
  );
});
