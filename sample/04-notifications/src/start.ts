import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Two nodes and, unless `REDIS_URL` names one, a Redis of their own that keeps nothing. */
const REDIS_PORT = process.env['REDIS_PORT'] ?? '6390';
const FIRST_PORT = Number(process.env['PORT'] ?? 3000);
const NODES = ['node-1', 'node-2'];

const children: ChildProcess[] = [];

function stop(exitCode: number): void {
  for (const child of children.splice(0)) child.kill('SIGTERM');
  process.exitCode = exitCode;
}

async function startRedis(): Promise<string> {
  const settings = ['--port', REDIS_PORT, '--bind', '127.0.0.1', '--save', '', '--dir'];
  const folder = mkdtempSync(join(tmpdir(), 'bounce-notifications-'));
  const redis = spawn('redis-server', [...settings, folder], { stdio: 'ignore' });
  children.push(redis);
  redis.once('exit', (code) => {
    // The nodes were told to end as well when it was this process that ended it.
    if (!children.includes(redis)) return;
    console.error(
      `Redis ended with ${code}. Is the port ${REDIS_PORT} taken? REDIS_PORT chooses another.`,
    );
    stop(1);
  });
  try {
    await once(redis, 'spawn');
  } catch {
    children.length = 0;
    throw new Error(
      'This sample needs Redis: install redis-server, or give the address of one with REDIS_URL, ' +
        'or run "docker compose up" in sample/04-notifications.',
    );
  }
  return `redis://127.0.0.1:${REDIS_PORT}`;
}

async function startNode(name: string, port: number, redisUrl: string): Promise<void> {
  const env = { ...process.env, PORT: String(port), NODE_NAME: name, REDIS_URL: redisUrl };
  const node = fork(join(import.meta.dirname, 'main.js'), { env });
  children.push(node);
  node.once('exit', (code) => {
    if (children.includes(node)) stop(code ?? 1);
  });
  await once(node, 'spawn');
}

process.once('SIGINT', () => stop(0)).once('SIGTERM', () => stop(0));
try {
  const redisUrl = process.env['REDIS_URL'] ?? (await startRedis());
  for (const [index, name] of NODES.entries()) await startNode(name, FIRST_PORT + index, redisUrl);
  console.log(
    `Notify from another process: REDIS_URL=${redisUrl} npm run notify -- --to alice "Hello"`,
  );
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
