/** Where a kernel listens: the connection file and its endpoints. Source: jupyter-client's "connection files". */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export const CHANNELS = ['shell', 'iopub', 'stdin', 'control', 'hb'] as const;
export type Channel = (typeof CHANNELS)[number];

export interface KernelConnection {
  /** Absolute path of the connection file (0600). */
  readonly file: string;
  readonly key: string;
  readonly endpoints: Readonly<Record<Channel, string>>;
}

export type Transport = 'ipc' | 'tcp';

/** Linux allows 107 bytes and a terminating zero; macOS 103. */
const SOCKET_PATH_BYTES = 103;

/**
 * Writes the connection file into the private folder; uses TCP instead of ipc if the platform or the path's length does
 * not allow ipc.
 */
export async function createConnection(directory: string, wanted: Transport): Promise<KernelConnection> {
  const base = join(directory, 'k');
  const ipc = wanted === 'ipc' && process.platform !== 'win32' && Buffer.byteLength(`${base}-5`) <= SOCKET_PATH_BYTES;
  const ports = ipc ? [1, 2, 3, 4, 5] : await freePorts(CHANNELS.length);
  const [ip, transport] = ipc ? [base, 'ipc'] : ['127.0.0.1', 'tcp'];
  const key = randomBytes(32).toString('hex');
  const numbered = CHANNELS.map((channel, index) => [channel, ports[index]!] as const);
  const content = {
    ip,
    transport,
    key,
    signature_scheme: 'hmac-sha256',
    kernel_name: '',
    ...Object.fromEntries(numbered.map(([channel, port]) => [`${channel}_port`, port])),
  };
  const file = join(directory, 'connection.json');
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
  const separator = ipc ? '-' : ':';
  const endpoints = Object.fromEntries(
    numbered.map(([channel, port]) => [channel, `${transport}://${ip}${separator}${port}`]),
  );
  return { file, key, endpoints: endpoints as Record<Channel, string> };
}

/** Ports that were free a moment ago: the kernel binds them itself. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen()));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
