/** Caddy with the documented site, the test's own certificate, and no other port. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedConfiguration, findProxy, PROXY_HOST, type ProxyProgram } from './proxy.ts';

const program = findProxy('SCRIPT_RUNNER_CADDY', '/usr/bin/caddy');

export const caddy: ProxyProgram = {
  name: 'caddy',
  program,
  configure({ folder, port, upstream, users }) {
    const people = Object.entries(users)
      .map(([name, password]) => `${name} ${ask('hash-password', '--plaintext', password)}`)
      .join('\n');
    const site = documentedConfiguration('caddy', [
      [`${PROXY_HOST} {`, `${PROXY_HOST}:${port} {\nbind 127.0.0.1\ntls ${join(folder, 'crt')} ${join(folder, 'key')}`],
      ['127.0.0.1:16024', new URL(upstream).host],
      ['ana <what caddy hash-password prints>', people],
      ...(hasOldName() ? [['basic_auth', 'basicauth'] as const] : []),
    ]);
    const file = join(folder, 'Caddyfile');
    writeFileSync(file, `{\nadmin off\nauto_https disable_redirects\n}\n${site}`);
    return ['run', '--config', file, '--adapter', 'caddyfile'];
  },
};

/** Before 2.8, `basic_auth` was called `basicauth`. */
function hasOldName(): boolean {
  const [, minor] = /^v?2\.(\d+)\./.exec(ask('version')) ?? [];
  return Number(minor) < 8;
}

function ask(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program ?? '', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`caddy ${args[0]}: ${stderr}`);
  return stdout.trim();
}
