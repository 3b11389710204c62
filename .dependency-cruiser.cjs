/**
 * Dependencies point inwards. Each rule has a deliberately bad fixture in test/rules/, so the check is known to bite.
 */
/** How files of others are opened, and processes of the system: for all but the pure parts and the browser. */
const leaves = ['disk', 'system'];
const adapters = [
  'files',
  'language',
  'kernel',
  'store',
  'python',
  'connection',
  'document',
  'table',
  'git',
  'sign-in',
];
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may import ${allowed.join(', ')} only`,
  from: { path: `^(test/rules/)?src/${from}/` },
  to: { path: '^(test/rules/)?src/', pathNot: allowed.map((folder) => `^(test/rules/)?src/${folder}/`) },
});
/** Rooms of a folder, the lowest first: each may import those before it. Rooms side by side do not know each other. */
const rooms = {
  domain: [
    ['text', 'time', 'access'],
    ['upload', 'quota'],
    ['mask', 'connection', 'notebook', 'parameter'],
    ['script'],
    ['retention'],
    ['run'],
    ['kernel', 'report'],
  ],
  kernel: [['protocol', 'sandbox'], ['process', 'gateway'], ['supply'], ['snapshot']],
};
const upwards = ([folder, floors]) =>
  floors.flatMap((floor, level) =>
    floor.map((room) => ({
      name: `${folder}-${room}-imports`,
      severity: 'error',
      comment: `${folder}/${room} may import no room of ${folder} that stands beside or above it`,
      from: { path: `^(test/rules/)?src/${folder}/${room}/` },
      to: {
        path: `^(test/rules/)?src/${folder}/`,
        pathNot: [room, ...floors.slice(0, level).flat()]
          .map((below) => `^(test/rules/)?src/${folder}/${below}/`)
          .concat(folder === 'domain' ? [`^(test/rules/)?src/domain/[^/]+$`] : []),
      },
    })),
  );
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-is-alone',
      severity: 'error',
      comment: 'domain imports nothing but domain: no Node, no packages but readers of regular expressions and YAML',
      from: { path: '^(test/rules/)?src/domain/' },
      to: { pathNot: ['^(test/rules/)?src/domain/', 'node_modules/(re2js|@eslint-community/regexpp|yaml)/'] },
    },
    {
      name: 'render-does-no-io',
      severity: 'error',
      from: { path: '^(test/rules/)?src/render/' },
      to: { dependencyTypes: ['core'] },
    },
    only('config-imports', 'config', ['domain', 'config', ...leaves]),
    only('render-imports', 'render', ['domain', 'render']),
    only('disk-is-a-leaf', 'disk', leaves),
    only('system-is-a-leaf', 'system', ['system']),
    only('app-imports', 'app', ['domain', 'render', 'app', ...leaves]),
    only('worker-imports', 'worker', ['domain', 'render', 'app', 'worker', ...leaves]),
    ...adapters.map((folder) => only(`${folder}-imports`, folder, ['domain', folder, ...leaves])),
    ...Object.entries(rooms).flatMap(upwards),
    only('http-imports', 'http', ['app', 'domain', 'render', 'http', 'page', ...leaves]),
    only('page-imports', 'page', ['app', 'domain', 'render', 'page', ...leaves]),
    only('web-imports', 'web', ['domain', 'render', 'web']),
    {
      name: 'web-is-for-browsers',
      severity: 'error',
      from: { path: '^(test/rules/)?src/web/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'bucket-on-demand',
      severity: 'error',
      comment: 'the client of S3 is loaded only for a bucket: it costs each start 50 ms and 20 MB',
      from: { path: '^(test/rules/)?src/', pathNot: '^src/store/bucket/' },
      to: { path: '^src/store/bucket/|node_modules/@aws-sdk/', dynamic: false },
    },
    {
      name: 'no-dev-packages',
      severity: 'error',
      from: { path: '^(test/rules/)?src/', pathNot: '^(test/rules/)?src/web/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
