/**
 * Notebooks among the clients of a server on this machine, including those that hide which process has the connection.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Peer } from '../../../src/domain/access/peer.ts';
import { createPeerCheck } from '../../../src/http/access/peer.ts';
import { findGroupPlaces } from '../../../src/kernel/sandbox/cgroup.ts';
import { PYTHON_DIRECTORY as PYTHON } from '../../../src/kernel/sandbox/supervisor.ts';
import { createBench, say, type Bench } from '../fixture.ts';
import { created, take, taken } from '../snapshot-fixture.ts';
import { programsIn } from '../../program.ts';
import { testPython } from '../../python.ts';

const program = programsIn(import.meta.dirname);

/** A server that answers the first byte of each client with what it takes the client for. */
async function listen({ supplier }: Bench): Promise<{ readonly port: number; readonly found: Promise<Peer>[] }> {
  const peers = createPeerCheck(supplier);
  const found: Promise<Peer>[] = [];
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const look = peers.look(socket);
      found.push(look);
      void look.then((peer) => socket.end(peer));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, found };
}

const HEAD = (port: number) => program('ask', { port });
const WAYS = {
  itself: 'print(ask())',
  'a process of its own': program('ask-in-own-session'),
  'a connection on its way between processes': program('ask-by-passed-connection'),
  'a connection that is bound to an interface': program('ask-bound-to-interface'),
  'a thread with files of its own': program('ask-in-thread-with-own-files'),
  'a process whose first thread has ended': program('ask-in-leaderless-process'),
};

const linux = process.platform === 'linux';

describe.runIf(linux).each([
  ['as this machine can', true],
  ['by processes alone', false],
])('a notebook that calls the server, told %s', (_how, groups) => {
  it.each(Object.entries(WAYS))('is never taken for another: %s', async (_way, code) => {
    const bench = await createBench({ groups });
    const { port } = await listen(bench);
    const { text, messages } = await say(await bench.take(), HEAD(port) + code);
    const told = groups && (await findGroupPlaces()).some(({ version }) => version === 2);
    expect(['kernel', ...(told ? [] : ['unknown'])], JSON.stringify(messages)).toContain(text.trim());
  });

  it('is never taken for another by a socket that a forked kernel opened at its start', async () => {
    const bench = await createBench({ groups, poolSize: 1 });
    const { port } = await listen(bench);
    await vi.waitFor(async () => expect((await bench.supplier.status?.())?.waiting).toBe(1), { timeout: 30_000 });
    const { text, messages } = await say(await bench.take(), HEAD(port) + program('ask-by-listener'));
    expect(['kernel', 'refused', ...(groups ? [] : ['unknown'])], JSON.stringify(messages)).toContain(text.trim());
  });

  it('is never taken for another when it has hung up', async () => {
    const bench = await createBench({ groups });
    const { port, found } = await listen(bench);
    await say(await bench.take(), `${HEAD(port)}\nfor _ in range(20): link().close()`);
    await vi.waitFor(() => expect(found).toHaveLength(20), { timeout: 20_000 });
    const peers = await Promise.all(found);
    expect(peers).not.toContain('other');
  });

  it('is one of a snapshot, too', async () => {
    const bench = await created({ groups });
    const { port, found } = await listen(bench);
    const code = `${HEAD(port)}\nlink().recv(20)`;
    await say(await take(bench, await taken(bench, [code])), code);
    expect(await Promise.all(found)).toEqual(['kernel', 'kernel']);
  });

  it('is told from other clients', async () => {
    const bench = await createBench({ groups });
    const { port } = await listen(bench);
    await bench.take();
    const own = connect(port, '127.0.0.1', () => own.write('x'));
    expect(String((await once(own, 'data'))[0])).toBe('other');
    const ask = `const link = require('net').connect(${String(port)}, '127.0.0.1', () => link.write('x')); link.pipe(process.stdout)`;
    const client = spawn(process.execPath, ['-e', ask], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    expect(String((await once(client.stdout, 'data'))[0])).toBe('other');
    if (client.exitCode === null) await once(client, 'exit');
  });
});

// Its output is a pipe of the server, which waits until nobody has it any more.
it.runIf(linux)('the process that tries out control groups ends with the helper, however that ends', async () => {
  const group = mkdtempSync(join(tmpdir(), 'group-'));
  onTestFinished(() => rmSync(group, { recursive: true }));
  const helper = spawn(testPython(), ['-I', '-S', '-c', program('killed-group-check', { group, folder: PYTHON })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(await once(helper.stdout.resume(), 'end')).toEqual([]);
  expect(helper.signalCode ?? (await once(helper, 'exit'))[1]).toBe('SIGKILL');
});
