/**
 * Loaded into each thread of the server under test: on a signal, all threads collect their garbage and return free
 * memory to the system. What remains is in use.
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
