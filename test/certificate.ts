/** A self-signed certificate for a test's own HTTPS server. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Writes `key` and `crt` into the folder. */
export function makeCertificate(folder: string, name: string): void {
  const made = spawnSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      join(folder, 'key'),
      '-out',
      join(folder, 'crt'),
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`openssl: ${made.error?.message ?? made.stderr}`);
}
