// The house: a file imports its own folder and folders below it in this list, never above. Type imports count.
const LAYERS = [
  'index.ts',
  'run-server.ts',
  'bounce-ws.module.ts',
  'bounce-ws.providers.ts',
  'bounce-ws.options.ts',
  'transport/',
  'routing/',
  'senders/',
  'engine/',
  'presence/',
  'broadcast/',
  'rooms/',
  'history/',
  'auth/',
  'backplane/',
  'connection/',
  'common/',
  'protocol/',
];

const FOLDERS = LAYERS.filter((layer) => layer.endsWith('/'));

// Beside the house: each has an entry point of its own and may import what is listed.
const ANNEXES = {
  'client/': ['protocol/'],
  'sync-client/': ['protocol/'],
  'jwt/': ['auth/', 'connection/', 'common/', 'protocol/'],
  'redis/': FOLDERS,
  'testing/': [...FOLDERS, 'client/'],
};

// Where reading starts: `exports` in package.json (each codec has one), and the browser's script.
const ENTRY_POINTS = [
  'index.ts',
  'client/index.ts',
  'client/node.ts',
  'client/browser-global.ts',
  'client/recovery/index.ts',
  'protocol/codecs/',
  'sync-client/index.ts',
  'sync-client/worker.ts',
  'jwt/index.ts',
  'redis/index.ts',
  'testing/index.ts',
];

/** The one codec that needs a package. */
const MSGPACK = '^lib/protocol/codecs/msgpack\\.codec\\.ts$';

/** A pattern that matches the given files and folders of `lib/`. */
const lib = (...places) =>
  `^lib/(${places.map((place) => place.replaceAll('.', '\\.') + (place.endsWith('/') ? '' : '$')).join('|')})`;

const layerRules = LAYERS.slice(1).map((layer, index) => ({
  name: `${layer}-imports-nothing-above-it`,
  severity: 'error',
  from: { path: lib(layer) },
  to: { path: lib(...LAYERS.slice(0, index + 1)) },
}));

const annexRules = Object.entries(ANNEXES).flatMap(([annex, allowed]) => [
  {
    name: `${annex}-imports-only-what-it-may`,
    severity: 'error',
    from: { path: lib(annex) },
    to: { path: '^lib/', pathNot: lib(annex, ...allowed) },
  },
  {
    name: `the-house-does-not-import-${annex}`,
    severity: 'error',
    from: { path: lib(...LAYERS) },
    to: { path: lib(annex) },
  },
]);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    ...annexRules,
    {
      name: 'every-file-has-its-place',
      comment: 'A new folder is put into LAYERS or ANNEXES first.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^lib/', pathNot: lib(...LAYERS, ...Object.keys(ANNEXES)) },
    },
    {
      name: 'protocol/-imports-nothing',
      severity: 'error',
      from: { path: lib('protocol/'), pathNot: MSGPACK },
      to: { pathNot: lib('protocol/') },
    },
    {
      name: 'only-the-codec-msgpack-imports-msgpackr',
      comment: 'It is optional: who does not speak it does not install it.',
      severity: 'error',
      from: { path: '^lib/', pathNot: MSGPACK },
      to: { path: 'node_modules/msgpackr' },
    },
    {
      name: 'the-codec-msgpack-is-only-loaded-when-asked-for',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: MSGPACK, dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'client/-runs-in-a-browser',
      comment: 'Node built-ins do not exist there.',
      severity: 'error',
      from: { path: lib('client/') },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'recovery-is-only-loaded-when-asked-for',
      comment: 'Who does without it gets no byte of it.',
      severity: 'error',
      from: { path: lib('client/'), pathNot: lib('client/recovery/') },
      to: { path: lib('client/recovery/') },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^lib/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Every file is reached from an entry point.',
      severity: 'error',
      from: { path: lib(...ENTRY_POINTS) },
      to: { path: '^lib/', pathNot: lib(...ENTRY_POINTS), reachable: false },
    },
    {
      name: 'lib-stays-in-lib',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(test|sample|bench|dist)/' },
    },
    {
      name: 'only-what-users-install',
      comment:
        'lib/ imports dependencies and peers: what is in devDependencies is missing at a user.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm', 'npm-peer'],
      },
    },
    {
      name: 'no-unresolved-imports',
      severity: 'error',
      from: { path: '^lib/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.d.ts', '.js'],
    },
  },
};
