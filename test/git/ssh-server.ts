/** A real SSH server on the loopback, with keys of its own, that lets this user in. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';

const USUAL = '/usr/sbin/sshd';
/** Absolute, or undefined if there is none; it refuses to start by a relative path. */
export const SSHD = process.env['SCRIPT_RUNNER_SSHD'] ?? (existsSync(USUAL) ? USUAL : undefined);

export interface SshServer {
  /** `ssh://user@127.0.0.1:PORT` */
  readonly address: string;
  /** The client's command, with the key that is let in, and the one of the server. */
  readonly command: string;
  /** The same without the key: an agent may have it. */
  readonly commandOfAgent: string;
  /** Starts an agent with the key; returns its socket. */
  startAgent(): string;
}

/** `folder`: for keys and settings. */
export async function serveSsh(folder: string): Promise<SshServer> {
  const port = await freePort();
  const [host, own, known] = ['host', 'own', 'known'].map((name) => join(folder, name)) as [string, string, string];
  for (const key of [host, own]) {
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`);
  }
  const settings = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${host}`,
    `AuthorizedKeysFile ${own}.pub`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
  ];
  writeFileSync(join(folder, 'sshd_config'), `${settings.join('\n')}\n`);
  // for its parts without rights: a service manager makes it otherwise
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const server = spawn(SSHD ?? '', ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'close');
  onTestFinished(async () => {
    server.kill();
    await ended;
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (piece) => {
      said += String(piece);
      if (said.includes('Server listening')) resolve();
    });
    void ended.then(() => reject(new Error(`sshd: ${said}`)));
  });
  const scanned = spawnSync('ssh-keyscan', ['-p', String(port), '127.0.0.1'], { encoding: 'utf8' });
  writeFileSync(known, scanned.stdout);
  const startAgent = () => {
    const socket = join(folder, 'agent');
    const agent = spawnSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' });
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(agent.stdout)?.[1]);
    onTestFinished(() => void process.kill(pid));
    const added = spawnSync('ssh-add', ['-q', own], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
      encoding: 'utf8',
    });
    if (added.status !== 0) throw new Error(`ssh-add: ${added.stderr}`);
    return socket;
  };
  const client = `ssh -F none -o UserKnownHostsFile=${known}`;
  return {
    startAgent,
    commandOfAgent: `${client} -o IdentityFile=none`,
    address: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    command: `${client} -i ${own} -o IdentitiesOnly=yes`,
  };
}
