/** Ends everything that a benchmark has started when the benchmark itself ends, however it does. */
import { spawn } from 'node:child_process';

/** In the environment of all that is started, also of kernels that peers start in sessions of their own. */
const MARK = 'SCRIPT_RUNNER_BENCH';
/**
 * Waits for the end of its input, which the system closes with this process. Looks again and again, since a process may
 * start another while it is found.
 */
const PROGRAM = `
cat > /dev/null
for round in 1 2 3 4 5; do
  found=$(grep -lzxF -- "$1" /proc/[0-9]*/environ 2> /dev/null)
  [ -n "$found" ] || break
  for file in $found; do id=\${file#/proc/}; kill -KILL "\${id%/environ}" 2> /dev/null; done
  sleep 0.2
done
rm -rf -- "$2"
`;

/** `folder` is removed, too. Linux; call it before anything is started. */
export function endWithThisProcess(folder: string): void {
  const mark = `${process.pid}-${Date.now()}`;
  // in a session of its own: Ctrl-C on a terminal does not reach it
  const reaper = spawn('sh', ['-c', PROGRAM, 'reaper', `${MARK}=${mark}`, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  reaper.unref();
  process.env[MARK] = mark;
  // what started this process is gone, as when npm is killed
  process.once('disconnect', () => process.exit(1));
  process.channel?.unref();
}
