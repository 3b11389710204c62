/** Real Jupyter servers and gateways for tests, on loopback, with their own kernelspecs and folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { testPython } from '../python.ts';
import { processesWith } from '../../src/system/proc.ts';

export const TOKEN = 'gateway-token-7f3a';

const SERVERS = {
  'Jupyter Server': {
    variable: 'SCRIPT_RUNNER_JUPYTER_SERVER',
    module: 'jupyter_server',
    flags: (port: number, root: string) => [
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      '--ServerApp.open_browser=False',
      '--allow-root',
      `--ServerApp.root_dir=${root}`,
      `--IdentityProvider.token=${TOKEN}`,
    ],
  },
  'Kernel Gateway': {
    variable: 'SCRIPT_RUNNER_JUPYTER_SERVER',
    module: 'kernel_gateway',
    flags: (port: number) => [
      `--KernelGatewayApp.port=${port}`,
      '--KernelGatewayApp.port_retries=0',
      `--KernelGatewayApp.auth_token=${TOKEN}`,
    ],
  },
  'Enterprise Gateway': {
    variable: 'SCRIPT_RUNNER_JUPYTER_ENTERPRISE_GATEWAY',
    module: 'enterprise_gateway',
    flags: (port: number) => [
      `--EnterpriseGatewayApp.port=${port}`,
      '--EnterpriseGatewayApp.port_retries=0',
      `--EnterpriseGatewayApp.auth_token=${TOKEN}`,
      '--EnterpriseGatewayApp.unauthorized_users=[]',
    ],
  },
} as const;

export type JupyterName = keyof typeof SERVERS;
export const JUPYTER_NAMES = Object.keys(SERVERS) as JupyterName[];

export interface JupyterServer {
  readonly url: string;
  /** What it has written to its log. */
  log(): string;
  /** The processes of its kernels. */
  kernels(): Promise<number[]>;
  /** Ends it and its kernels, without a chance to do anything more. */
  kill(): Promise<void>;
  /** As `kill`, and removes its folder. */
  close(): Promise<void>;
}

/** What this machine lacks for the server, for the names of its tests; empty if `npm test` has installed it. */
export function missingJupyter(name: JupyterName): string {
  const { variable } = SERVERS[name];
  if (process.env[variable] !== undefined) return '';
  return `: needs ${variable.replace('SCRIPT_RUNNER_', '').toLowerCase()}`;
}

/** Settles when it answers. `dataDirectories`: Jupyter's, with further kernels. */
export async function startJupyter(name: JupyterName, dataDirectories: readonly string[] = []): Promise<JupyterServer> {
  const { variable, module, flags } = SERVERS[name];
  const root = mkdtempSync(join(tmpdir(), 'gateway-test-'));
  const spec = join(root, 'jupyter', 'kernels', 'python3');
  mkdirSync(spec, { recursive: true });
  writeFileSync(
    join(spec, 'kernel.json'),
    JSON.stringify({
      argv: [testPython(), '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      display_name: 'Python 3',
      language: 'python',
      env: { PYTHONPATH: '', GATEWAY_TEST_KERNEL: root },
    }),
  );
  const port = await freePort();
  const child = spawn(testPython(), ['-m', module, ...flags(port, root)], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: root,
      // kernels that are killed leave their folders there
      TMPDIR: root,
      PYTHONPATH: process.env[variable],
      JUPYTER_PATH: [join(root, 'jupyter'), ...dataDirectories].join(':'),
      // tests may run as root
      EG_PROHIBITED_UIDS: '',
      GATEWAY_TEST: root,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log += String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  const kernels = () => processesWith(`GATEWAY_TEST_KERNEL=${root}`);
  const kill = async () => {
    child.kill('SIGKILL');
    await ended(child);
    for (const pid of [...(await kernels()), ...(await processesWith(`GATEWAY_TEST=${root}`))]) killIfThere(pid);
  };
  try {
    await untilAnswers(url, child, () => log);
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    url,
    log: () => log,
    kernels,
    kill,
    async close() {
      await kill();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function untilAnswers(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended: ${log()}`);
    const reply = await fetch(`${url}/api`, { headers: { authorization: `token ${TOKEN}` } }).catch(() => undefined);
    if (reply?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}
