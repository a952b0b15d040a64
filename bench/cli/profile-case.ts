import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseCores } from '../harness/cores.js';
import { Stage } from '../harness/stage.js';
import { profileTable } from '../report/profile-table.js';
import type { CpuProfile } from '../report/self-times.js';
import type { Options } from './options.js';

const SAMPLE_MICROS = 100;

/** Runs one turn with its servers under `--cpu-prof`, and says where their time went. */
export async function profileCase(
  { pace }: Options,
  { benchCase, contestant }: NonNullable<Options['profile']>,
): Promise<string> {
  const folder = fileURLToPath(new URL('../../profiles/', import.meta.url));
  const files: string[] = [];
  const stage = new Stage(contestant, pace, chooseCores(), (server) => {
    files[server] = `${benchCase.name}.${contestant}.${server + 1}.cpuprofile`;
    return [
      '--cpu-prof',
      `--cpu-prof-dir=${folder}`,
      `--cpu-prof-name=${files[server]}`,
      `--cpu-prof-interval=${SAMPLE_MICROS}`,
    ];
  });
  try {
    await benchCase.run(stage);
  } finally {
    await stage.strike();
  }
  const { lastWindows } = stage;
  const measured = files.slice(-Math.max(1, lastWindows.length));
  return measured
    .map((file, index) => {
      const path = join(folder, file);
      const profile = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
      const table = profileTable(profile, lastWindows[index]);
      return `${benchCase.name}, ${contestant}, server ${index + 1} of ${measured.length}\n${table}\n${relative(process.cwd(), path)} opens in the DevTools of Chrome\n`;
    })
    .join('\n');
}
