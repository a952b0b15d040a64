import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSystemTool, type SystemTool } from '../../support/system-tool.js';

describe('findSystemTool', () => {
  let folder: string;
  let tool: SystemTool;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'system-tool-'));
    tool = {
      variable: 'KETTLE_PATH',
      commands: ['kettle', 'old-kettle'],
      places: [join(folder, 'usual-kettle')],
      package: 'kettle-utils',
    };
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function program(name: string, mode = 0o755): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, '#!/bin/sh\n');
    await chmod(path, mode);
    return path;
  }

  test('takes the environment variable before anything else', async () => {
    await program('kettle');
    const named = await program('my-kettle');
    expect(await findSystemTool(tool, { PATH: folder, KETTLE_PATH: named })).toBe(named);
  });

  test('does not look elsewhere when the environment variable names nothing that runs', async () => {
    await program('kettle');
    const notExecutable = await program('my-kettle', 0o644);
    await expect(
      findSystemTool(tool, { PATH: folder, KETTLE_PATH: notExecutable }),
    ).rejects.toThrow(`KETTLE_PATH is ${notExecutable}, which is not an executable file`);
  });

  test('finds it on the PATH under its best name', async () => {
    await program('old-kettle');
    const best = await program('kettle');
    const path = ['/no/such/folder', folder].join(delimiter);
    expect(await findSystemTool(tool, { PATH: path })).toBe(best);
  });

  test('finds it in its usual places when it is not on the PATH', async () => {
    const usual = await program('usual-kettle');
    expect(await findSystemTool(tool, { PATH: '/no/such/folder' })).toBe(usual);
  });

  test('passes over a folder and a file that cannot be run', async () => {
    await program('kettle', 0o644);
    const old = await program('old-kettle');
    expect(await findSystemTool(tool, { PATH: folder, KETTLE_PATH: '' })).toBe(old);
  });

  test('fails in one line that names the package where nothing can install it', async () => {
    const failure = await findSystemTool(tool, { PATH: folder }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(
      /^kettle was not found: install the package kettle-utils, or set KETTLE_PATH \(.*\)$/,
    );
  });
});
