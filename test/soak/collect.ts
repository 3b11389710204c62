/**
 * Loaded into each thread of the server under test: all clear their memory, and give back what lies empty, when the
 * process is told to: what remains is held.
 */
import { BroadcastChannel } from 'node:worker_threads';

const others = new BroadcastChannel('collect');
others.unref();
others.onmessage = collect;
process.on('SIGUSR2', () => {
  others.postMessage('');
  collect();
});

function collect(): void {
  void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
