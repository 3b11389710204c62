/** nginx in the foreground, with the documented server block and all its files in a folder of its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedConfiguration, findProxy, type ProxyPlace, type ProxyProgram } from './proxy.ts';

export const nginx: ProxyProgram = {
  name: 'nginx',
  program: findProxy('SCRIPT_RUNNER_NGINX', '/usr/sbin/nginx'),
  configure(place) {
    const { folder, users } = place;
    writeFileSync(
      join(folder, 'users'),
      Object.entries(users)
        .map(([name, password]) => `${name}:{PLAIN}${password}\n`)
        .join(''),
    );
    writeFileSync(join(folder, 'nginx.conf'), configuration(place));
    return ['-e', 'stderr', '-p', folder, '-c', 'nginx.conf'];
  },
};

function configuration({ folder, port, upstream }: ProxyPlace): string {
  const server = documentedConfiguration('nginx', [
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    ['/etc/ssl/reports.crt', join(folder, 'crt')],
    ['/etc/ssl/reports.key', join(folder, 'key')],
    ['/etc/nginx/reports.users', join(folder, 'users')],
    ['http://127.0.0.1:16024', upstream],
  ]);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join(' ');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `daemon off; master_process off; pid ${join(folder, 'pid')}; error_log stderr; ${user} events {}\nhttp { access_log off; ${temporary}\n${server}}\n`;
}
