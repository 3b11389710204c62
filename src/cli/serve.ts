/** `script-runner serve [folder or notebook]`: the server in one process, until it is told to stop. */
import { readConfig } from '../config.ts';
import type { ConfigSources } from '../config.ts';
import { startServer } from '../main.ts';
import { createLog } from './log.ts';

/** Time for running scripts to end after the first signal. */
const GRACE_MS = 10_000;

export async function serve(target: string, flags: ConfigSources['flags'], yes: boolean): Promise<void> {
  const config = readConfig({ target, ...(flags === undefined ? {} : { flags }) });
  const say = (line: string) => { console.log(line); };
  const stopped = untilStopped();
  const server = await startServer(config, { log: createLog(), say, yes });
  say(`Script Runner serves ${config.project.published}\n\n  ${server.url}\n\nTo administer it, sign in: ${server.signInUrl}`);
  void server.prepared.then((ready) => { say(ready ? 'Scripts can run. Ctrl-C stops the server.' : 'Scripts cannot run yet: see above.'); });
  await stopped;
  say('Stopping; scripts that run have ten seconds. Ctrl-C again stops at once.');
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  await server.close(GRACE_MS);
  // The channel to whoever started us is listened to, which would keep this process alive.
  if (process.connected) process.disconnect();
}

/** A signal, or the end of the process that started us with a channel. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => { resolve(); });
    process.once('disconnect', () => { resolve(); });
  });
}
