import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../support/run-command.js';
import { RedisServer } from '../support/redis-server.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';
import { WsPeer } from '../support/ws-peer.js';
import { type InstalledApp, installApp } from './installed-app.js';

/** Packages that users install when they need them. */
const MODULES = join(import.meta.dirname, '../../node_modules');

describe.each([12, 11] as const)('the packed tarball in an empty Nest %i application', (nest) => {
  let app: InstalledApp;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    app = await installApp(nest);
    // In strict mode, and with every declaration file checked.
    await runCommand('npx', ['--no-install', 'tsc'], app.folder);
    server = await startServerProcess(join(app.folder, 'dist/main.js'), { cwd: app.folder });
  });

  afterAll(async () => {
    try {
      await server?.stop();
    } finally {
      await app.remove();
    }
  });

  const url = (): string => `ws://localhost:${server?.port}`;

  test('it holds the built package and its documents, and no source or test', () => {
    const wanted = ['dist/client/bounce-ws.js', 'package.json', 'README.md', 'LICENSE'];
    expect(wanted.filter((path) => !app.packed.includes(path))).toEqual([]);
    const others = app.packed.filter(
      (path) => !/^(dist\/.+|docs\/.+\.md|[A-Z]+(\.md)?|package\.json)$/.test(path),
    );
    expect(others).toEqual([]);
  });

  test('a gateway answers a plain WebSocket', async () => {
    const alice = await WsPeer.connect(url());
    expect(await alice.request('add', { a: 1, b: 2 })).toMatchObject({ event: 'ack', data: 3 });
    await alice.close();
  });

  test('parameters are checked by the types of the compiled gateway', async () => {
    const alice = await WsPeer.connect(url());
    expect(await alice.request('add', { a: 1, b: 'two' })).toMatchObject({
      event: 'error',
      data: { code: 'invalid_payload', details: { fields: [{ field: 'b' }] } },
    });
    await alice.close();
  });

  test('the client entry point talks to the server from Node', async () => {
    const output = await runCommand('node', ['dist/client.js', url()], app.folder);
    expect(output).toBe('the sum is 5\n');
  });

  test('the client script resolves, and the server serves that file', async () => {
    const script = 'console.log(import.meta.resolve("bounce-ws/client.js"))';
    const resolved = await runCommand('node', ['--input-type=module', '-e', script], app.folder);
    expect(resolved.trim()).toMatch(/\/node_modules\/bounce-ws\/dist\/client\/bounce-ws\.js$/);
    const response = await fetch(`http://localhost:${server?.port}/bounce-ws/client.js`);
    expect(response.headers.get('content-type')).toMatch(/javascript/);
    expect(await response.text()).toContain('BounceClient');
  });

  test('every codec has an entry point, and the one whose package is missing says so at boot', async () => {
    const output = await runCommand('node', ['dist/codecs.js'], app.folder);
    expect(output).toBe(
      'bounce, wszero, microsockets, bazis\n' +
        'The codec "msgpack" cannot be loaded: it needs the package msgpackr (npm install msgpackr)\n',
    );
  });

  test('a codec whose package is missing is not selected', async () => {
    const protocols = ['bounce.v1.msgpack', 'bounce.v1.json'];
    const alice = await WsPeer.connect(url(), { protocols });
    expect(alice.subprotocol).toBe('bounce.v1.json');
    await alice.close();
  });

  test('only the entry point for JSON Web Tokens needs jose, and works once it is there', async () => {
    const script = `
      await import("bounce-ws/jwt").then(
        ({ JwtAuthenticator }) => new JwtAuthenticator({ algorithms: ["HS256"], secret: "x".repeat(32) })
          .authenticate("nonsense").catch(({ code }) => console.log(code)),
        ({ code, message }) => console.log(code, /'jose'/.test(message)),
      );`;
    const run = () => runCommand('node', ['--input-type=module', '-e', script], app.folder);
    expect(await run()).toBe('ERR_MODULE_NOT_FOUND true\n');
    await cp(join(MODULES, 'jose'), join(app.folder, 'node_modules/jose'), { recursive: true });
    expect(await run()).toBe('invalid_token\n');
  });

  test('only the entry point for Redis needs redis, and connects nodes and processes without an app', async () => {
    const redis = await RedisServer.start();
    const nodes: ServerProcess[] = [];
    const publish = () => runCommand('node', ['dist/publish.js', redis.url], app.folder);
    try {
      await expect(publish()).rejects.toThrow("Cannot find package 'redis'");
      for (const name of ['redis', '@redis']) {
        await cp(join(MODULES, name), join(app.folder, 'node_modules', name), { recursive: true });
      }
      for (let count = 0; count < 2; count++) {
        const options = { cwd: app.folder, env: { REDIS_URL: redis.url } };
        nodes.push(await startServerProcess(join(app.folder, 'dist/news.js'), options));
      }
      const [alice, bob] = await Promise.all(nodes.map((node) => WsPeer.connect(node.url)));
      await alice!.request('tell', { text: 'from Alice' });
      expect(await bob!.next()).toMatchObject({ event: 'news', data: { text: 'from Alice' } });
      await publish();
      expect(await bob!.next()).toMatchObject({ event: 'news', data: { text: 'from elsewhere' } });
      await Promise.all([alice!.close(), bob!.close()]);
    } finally {
      await Promise.all(nodes.map((node) => node.stop()));
      await redis.stop();
    }
  });

  test('nothing of the package is reachable beside its entry points', async () => {
    const script = 'import("bounce-ws/dist/index.js").catch(({ code }) => console.log(code))';
    const output = await runCommand('node', ['--input-type=module', '-e', script], app.folder);
    expect(output).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });

  test('a stop is announced to its clients', async () => {
    const alice = await WsPeer.connect(url());
    await server?.stop();
    server = undefined;
    expect(await alice.closed).toMatchObject({ code: 1012 });
  });
});
