/** A kernel supplier whose kernels are fakes: what a cell does is a function. */
import type {
  ExecuteReply,
  Kernel,
  KernelDeath,
  KernelMessage,
  KernelRequest,
  KernelSupplier,
} from '../../src/domain/kernel/kernel.ts';
import { KernelDiedError } from '../../src/domain/kernel/kernel.ts';

/** What a fake cell can do. */
export interface FakeCell {
  readonly request: KernelRequest;
  readonly code: string;
  say(message: KernelMessage): Promise<void>;
  print(text: string): Promise<void>;
  /** An announcement of the `script_runner` module. */
  announce(said: object): Promise<void>;
  raise(name: string, value: string): Promise<ExecuteReply>;
  die(death?: Partial<KernelDeath>): Promise<never>;
  readonly interrupted: Promise<void>;
  readonly killed: Promise<void>;
}

export type CellScript = (fakeCell: FakeCell) => Promise<ExecuteReply | void>;

/**
 * `cellScripts`: source of a cell -> what it does; other sources print themselves. `acquire`: runs before a kernel is
 * supplied.
 */
export function fakeKernels(
  cellScripts: Readonly<Record<string, CellScript>>,
  requests: KernelRequest[] = [],
): KernelSupplier {
  return {
    async acquire(request, signal) {
      requests.push(request);
      await cellScripts['acquire']?.({
        request,
        killed: new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
      } as FakeCell);
      signal.throwIfAborted();
      return fakeKernel(cellScripts, request);
    },
    ready: () => true,
    describe: () => [],
    close: async () => {},
  };
}

function fakeKernel(cellScripts: Readonly<Record<string, CellScript>>, request: KernelRequest): Kernel {
  const death = Promise.withResolvers<KernelDeath>();
  let interrupt = Promise.withResolvers<void>();
  const died = death.promise.then((reason) => {
    throw new KernelDiedError(reason);
  });
  died.catch(() => {});
  return {
    supply: 'cold',
    readyMs: 1,
    environment: 'Played 1',
    interpreter: '/opt/python',
    died: death.promise,
    async execute(code, { onMessage }) {
      interrupt = Promise.withResolvers();
      const say: FakeCell['say'] = async (message) => {
        await onMessage(message);
      };
      const fakeCell: FakeCell = {
        request,
        code,
        say,
        interrupted: interrupt.promise,
        killed: death.promise.then(() => {}),
        print: (text) => say({ type: 'stream', name: 'stdout', text }),
        announce: (said) =>
          say({
            type: 'display',
            data: { 'application/vnd.script-runner+json': said as never, 'text/plain': 'announced' },
            metadata: {},
          }),
        async raise(name, value) {
          await say({ type: 'error', name, value, traceback: [`\u001b[31m${name}\u001b[0m`, value] });
          return { status: 'error' };
        },
        async die(reason) {
          death.resolve({ tail: '', ...reason });
          return died;
        },
      };
      const cellScript = cellScripts[code] ?? ((on: FakeCell) => on.print(`${on.code}\n`));
      return (await Promise.race([cellScript(fakeCell), died])) ?? { status: 'ok' };
    },
    interrupt: async () => interrupt.resolve(),
    kill: async () => death.resolve({ signal: 'SIGKILL', tail: '' }),
  };
}
