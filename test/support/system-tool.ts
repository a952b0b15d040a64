import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program that a test needs and that npm does not bring. */
export interface SystemTool {
  /** The environment variable that may hold its path. */
  readonly variable: string;
  /** The names it goes by on the PATH, the best one first. */
  readonly commands: readonly string[];
  /** Where it is when it is not on the PATH. */
  readonly places: readonly string[];
  /** The Debian package that brings it. */
  readonly package: string;
}

/** The browser of the browser tests. */
export const CHROMIUM: SystemTool = {
  variable: 'CHROMIUM_PATH',
  commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
  places: [
    '/snap/bin/chromium',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  package: 'chromium',
};

/** The server of the tests of the Redis engine. */
export const REDIS_SERVER: SystemTool = {
  variable: 'REDIS_SERVER_PATH',
  commands: ['redis-server'],
  places: ['/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'],
  package: 'redis-server',
};

/** Makes the certificates of the tests over TLS. */
export const OPENSSL: SystemTool = {
  variable: 'OPENSSL_PATH',
  commands: ['openssl'],
  places: ['/usr/bin/openssl', '/opt/homebrew/bin/openssl'],
  package: 'openssl',
};

/**
 * The path of a tool: from its environment variable, the PATH or its usual places, or, as root on Debian, from
 * `apt-get install`.
 *
 * @throws Error of one line that names the package, so that a test without its tool fails and is never skipped.
 */
export async function findSystemTool(
  tool: SystemTool,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<string> {
  const named = env[tool.variable];
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return named;
    throw new Error(`${tool.variable} is ${named}, which is not an executable file`);
  }
  const found = await findInstalled(tool, env);
  if (found !== undefined) return found;
  const failure = await installOnDebian(tool, env);
  const installed = await findInstalled(tool, env);
  if (installed !== undefined) return installed;
  const hint = `install the package ${tool.package}, or set ${tool.variable}`;
  throw new Error(
    `${tool.commands[0]} was not found: ${hint} (${failure ?? 'apt-get did not bring it'})`,
  );
}

async function findInstalled(
  tool: SystemTool,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<string | undefined> {
  const fromPath = tool.commands.flatMap((command) => onPath(command, env));
  for (const path of [...fromPath, ...tool.places]) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** Installs the tool's package and returns why it could not, if it could not. */
async function installOnDebian(
  tool: SystemTool,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root can install it';
  if (!(await anyExecutable(onPath('apt-get', env)))) return 'there is no apt-get';
  const probe = tool.commands.map((command) => `command -v ${command}`).join(' || ');
  const install =
    'apt-get update -qq && apt-get install -y -qq --no-install-recommends ' +
    `-o DPkg::Lock::Timeout=600 ${tool.package}`;
  try {
    // Test files run in processes of their own: the second one waits here and then finds what the first installed.
    await run(
      'flock',
      [join(tmpdir(), 'bounce-ws-apt.lock'), 'sh', '-c', `${probe} || (${install})`],
      {
        env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    return undefined;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    return `apt-get failed: ${lastLine(stderr ?? String(error))}`;
  }
}

function onPath(command: string, env: Readonly<NodeJS.ProcessEnv>): string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, command));
}

async function anyExecutable(paths: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(paths.map(isExecutable));
  return answers.includes(true);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
