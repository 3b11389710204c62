/** An S3 server of the test's own: Ceph's gateway with one monitor and one store in memory, on ports of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../free-port.ts';

export interface CephServer {
  readonly endpoint: string;
  readonly key: { readonly id: string; readonly secret: string };
  /** A user of its own, who has no rights. */
  addUser(name: string, key: CephServer['key']): void;
  /** Ends the gateway at once, as a crash does. */
  halt(): Promise<void>;
  /** Starts it again at the same port. */
  resume(): Promise<void>;
  /** Ends all, and removes the data. */
  stop(): Promise<void>;
}

const KEY = { id: 'AKTEST', secret: 'SK/test+S3cret' };

function config(folder: string, fsid: string, ports: { readonly mon: number; readonly s3: number }): string {
  return `[global]
fsid = ${fsid}
mon host = v1:127.0.0.1:${ports.mon}
public network = 127.0.0.0/8
public addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon_max_pg_per_osd = 2000
run dir = ${folder}
pid file = ${folder}/$type.$id.pid
admin socket = ${folder}/$type.$id.asok
log file = ${folder}/$type.$id.log
mon data = ${folder}/mon
osd data = ${folder}/osd0
osd objectstore = memstore
memstore device bytes = 1073741824
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:${ports.s3}
`;
}

/** Settles when the gateway accepts requests, after about 15 seconds. */
export async function startCeph(): Promise<CephServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ceph-'));
  const [fsid, osd] = [randomUUID(), randomUUID()];
  const ports = { mon: await freePort(), s3: await freePort() };
  const servers: ChildProcess[] = [];
  for (const name of ['mon', 'osd0']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'ceph.conf'), config(folder, fsid, ports));
  const environment = { ...process.env, CEPH_CONF: join(folder, 'ceph.conf') };
  const execute = (program: string, ...args: string[]) => {
    const done = spawnSync(program, args, { cwd: folder, env: environment, encoding: 'utf8', timeout: 60_000 });
    if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}`);
  };
  const start = (program: string, ...args: string[]) => {
    // ends with this process, whatever ends it
    const server = spawn('setpriv', ['--pdeathsig', 'KILL', program, '-f', ...args], {
      cwd: folder,
      env: environment,
      stdio: 'ignore',
    });
    servers.push(server);
    return server;
  };
  const endOf = (server: ChildProcess) =>
    new Promise<void>((resolve) => {
      if (server.exitCode !== null || server.signalCode !== null) return resolve();
      server.once('exit', () => resolve());
      server.kill('SIGKILL');
    });
  const stop = async () => {
    await Promise.all(servers.map(endOf));
    rmSync(folder, { recursive: true, force: true });
  };
  const endpoint = `http://127.0.0.1:${ports.s3}`;
  // a gateway that begins before the store is ready may wait for ever; now and then a store does, too
  const startPatiently = async (
    name: string,
    begin: () => ChildProcess,
    isReady: () => unknown,
    attempts = 3,
  ): Promise<ChildProcess> => {
    const server = begin();
    try {
      await vi.waitFor(isReady, { timeout: 30_000, interval: 200 });
      return server;
    } catch (error) {
      await endOf(server);
      if (attempts === 1) throw new Error(`${name} does not start`, { cause: error });
      return startPatiently(name, begin, isReady, attempts - 1);
    }
  };
  const isUp = () => {
    const { stdout } = spawnSync('ceph', ['osd', 'stat'], { env: environment, encoding: 'utf8', timeout: 10_000 });
    if (!stdout.includes('1 up')) throw new Error(stdout);
  };
  const startGateway = () =>
    startPatiently(
      'the gateway of Ceph',
      () => start('radosgw', '-n', 'client.rgw.a'),
      () => fetch(endpoint),
    );
  try {
    execute('monmaptool', '--create', '--addv', 'a', `[v1:127.0.0.1:${ports.mon}]`, '--fsid', fsid, 'monmap');
    execute('ceph-authtool', '--create-keyring', 'mon.keyring', '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *');
    execute('ceph-mon', '--mkfs', '-i', 'a', '--monmap', 'monmap', '--keyring', 'mon.keyring');
    // it may refuse while it begins; the same id again is no second store
    await startPatiently(
      'the monitor of Ceph',
      () => start('ceph-mon', '-i', 'a'),
      () => execute('ceph', 'osd', 'new', osd, '0'),
    );
    // the same id, or it never joins
    execute('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
    await startPatiently('the store of Ceph', () => start('ceph-osd', '-i', '0'), isUp);
    let gateway = await startGateway();
    const addUser: CephServer['addUser'] = (name, { id, secret }) => {
      const words = ['user', 'create', `--uid=${name}`, `--display-name=${name}`];
      execute('radosgw-admin', '-n', 'client.rgw.a', ...words, `--access-key=${id}`, `--secret-key=${secret}`);
    };
    addUser('t', KEY);
    return {
      endpoint,
      key: KEY,
      addUser,
      halt: () => endOf(gateway),
      resume: async () => {
        gateway = await startGateway();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
