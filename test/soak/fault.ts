/** The faults of runs in the soak, and how each of them must end. */

export type FaultAction =
  | 'kill the kernel'
  | 'kill the inner supervisor'
  | 'kill the outer supervisor'
  | 'kill the fork server'
  | 'cancel'
  | 'cancel at any moment';

export interface Fault {
  /** Also the name of its script. */
  readonly name: string;
  /** The cells after the common first ones. */
  readonly cells: readonly string[];
  /** The outcome has at least these fields. */
  readonly outcome: Readonly<Record<string, unknown>>;
  /** What is done to the run from outside. */
  readonly action?: FaultAction;
  /** Which kernels have such a process; absent: all. */
  readonly way?: 'fork' | 'cold';
  /** A sentence that the report must contain. */
  readonly notice?: RegExp;
  /** Takes long: used only now and then. */
  readonly rare?: boolean;
}

/**
 * The limits of the server under test: small, so that runs exceed them soon. The limits of time are long enough that
 * each fault comes first, even on a machine that is ten times overloaded.
 */
export const SETTINGS = {
  concurrency: '6',
  pool: '1',
  'memory-limit': '400MB',
  'process-limit': '100',
  'disk-limit': '30MB',
  'output-limit': '1MB',
  'idle-limit': '20s',
  'cell-limit': '25s',
  'wall-limit': '60s',
  grace: '5s',
} as const;

/**
 * After the third, the kernel can be found by the name of its process. `fact()` writes the time into a download: from
 * then on the run has two seconds to end.
 */
export const FIRST_CELLS = [
  '# parameters\ntoken = ""\nmark = ""',
  `import ctypes, os, signal, subprocess, sys, time
def fact():
    with open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/fact.txt", "w") as file:
        file.write(repr(time.time()))
print("begun", token)`,
  'ctypes.CDLL(None).prctl(15, token.encode(), 0, 0, 0)',
];

const WAIT = 'time.sleep(1000)';
const HOG = 'hog = []\nwhile True: hog.append(bytearray(b"x" * 10_000_000))';
const TALK = 'end = time.monotonic() + 18\nwhile time.monotonic() < end:\n    print(".")\n    time.sleep(0.1)';

export const FAULTS: readonly Fault[] = [
  {
    name: 'healthy',
    cells: [
      'print(sum(range(1000)))',
      'from IPython.display import HTML, display\ndisplay(HTML("<b>bold</b>"))\nopen(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/a.csv", "w").write("a\\n1\\n")',
    ],
    outcome: { type: 'succeeded' },
  },
  {
    name: 'exception',
    cells: ['1 / 0', 'print("never")'],
    outcome: { type: 'failed', exception: { name: 'ZeroDivisionError', value: 'division by zero' } },
  },
  { name: 'segfault', cells: ['fact()\nctypes.string_at(0)'], outcome: { type: 'kernel-died', signal: 'SIGSEGV' } },
  { name: 'exit', cells: ['fact()\nos._exit(7)'], outcome: { type: 'kernel-died', exitCode: 7 } },
  {
    name: 'kills-all',
    cells: ['subprocess.Popen(["sleep", mark])\nfact()\nos.kill(-1, 9)\nos.kill(os.getpid(), 9)'],
    outcome: { type: 'kernel-died', signal: 'SIGKILL' },
  },
  { name: 'memory', cells: [`fact()\n${HOG}`], outcome: { type: 'kernel-died', limit: 'memory' } },
  {
    name: 'memory-of-a-child',
    cells: [`fact()\nsubprocess.run([sys.executable, "-S", "-c", ${JSON.stringify(HOG)}])\n${WAIT}`],
    outcome: { type: 'kernel-died', limit: 'memory' },
  },
  {
    name: 'fork-bomb',
    cells: ['fact()\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.01)'],
    outcome: { type: 'kernel-died', limit: 'processes' },
  },
  {
    name: 'disk-flood',
    cells: [
      'fact()\nwith open("/tmp/flood", "wb") as file:\n    while True:\n        file.write(b"x" * 1_000_000)\n        time.sleep(0.002)',
    ],
    outcome: { type: 'kernel-died', limit: 'disk' },
  },
  { name: 'closed-sockets', cells: [`fact()\nos.closerange(3, 1000)\n${WAIT}`], outcome: { type: 'kernel-died' } },
  {
    name: 'output-flood',
    cells: ['for _ in range(20_000): print("x" * 999)'],
    outcome: { type: 'succeeded' },
    notice: /output was cut/,
  },
  {
    name: 'left-behind',
    cells: [
      `subprocess.Popen(["setsid", "sh", "-c", "sleep " + mark + " & sleep " + mark], env={"PATH": os.environ["PATH"]})
if os.fork() == 0:
    os.setsid()
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(number, signal.SIG_IGN)
    os.closerange(0, 1000)
    if os.fork() == 0: os.execvpe("sleep", ["sleep", mark], {"PATH": os.environ["PATH"]})
    os._exit(0)`,
    ],
    outcome: { type: 'succeeded' },
  },
  { name: 'silent', cells: [WAIT], outcome: { type: 'timed-out', limit: 'idle' }, rare: true },
  {
    name: 'stopped',
    cells: ['os.kill(os.getpid(), signal.SIGSTOP)'],
    outcome: { type: 'timed-out', limit: 'idle' },
    rare: true,
  },
  {
    name: 'endless',
    cells: ['while True:\n    print(".")\n    time.sleep(0.1)'],
    outcome: { type: 'timed-out', limit: 'cell' },
    rare: true,
  },
  { name: 'long', cells: [TALK, TALK, TALK, TALK], outcome: { type: 'timed-out', limit: 'wall' }, rare: true },
  { name: 'cancelled', cells: [WAIT], action: 'cancel', outcome: { type: 'cancelled' } },
  {
    name: 'deaf',
    cells: [`signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(1)`],
    action: 'cancel',
    outcome: { type: 'cancelled' },
  },
  { name: 'cancelled-early', cells: [WAIT], action: 'cancel at any moment', outcome: { type: 'cancelled' } },
  {
    name: 'kernel-killed',
    cells: [WAIT],
    action: 'kill the kernel',
    outcome: { type: 'kernel-died', signal: 'SIGKILL' },
  },
  {
    name: 'inner-supervisor-killed',
    cells: [WAIT],
    action: 'kill the inner supervisor',
    outcome: { type: 'kernel-died' },
  },
  {
    name: 'outer-supervisor-killed',
    cells: [WAIT],
    action: 'kill the outer supervisor',
    way: 'cold',
    outcome: { type: 'kernel-died' },
  },
  {
    name: 'fork-server-killed',
    cells: ['time.sleep(1)\nprint("lives")'],
    action: 'kill the fork server',
    way: 'fork',
    outcome: { type: 'succeeded' },
  },
];
