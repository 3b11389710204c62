/** What `doctor` says about the isolation of runs: it really makes a sandbox, and does not guess. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { findGroupPlaces } from '../../kernel/sandbox/cgroup.ts';
import { resolveSandboxOptions } from '../../kernel/sandbox/sandbox-options.ts';
import { supervisorPlan } from '../../kernel/sandbox/supervisor-plan.ts';
import { spawnSupervisor } from '../../kernel/sandbox/supervisor.ts';
import type { DoctorFinding } from './doctor-check.ts';

/** What is missing -> what that means. */
const WITHOUT = {
  mount: 'files that scripts write beside themselves stay there',
  pid: 'runs of one user can see each other; their processes are found by a mark in the environment, not by a namespace',
  files: 'scripts can read and change whatever the server’s user can',
  network: 'scripts reach this machine’s network, whatever the setting network says',
} as const;
const UNFILTERED =
  'no filter for system calls: scripts can make namespaces, and with the powers that they have there lift their limits';
const UNGROUPED = {
  memory: 'memory is checked five to twenty times a second, not limited by the system',
  pids: 'processes are counted five to twenty times a second',
  cpu: 'processors are not shared fairly; scripts run with lower priority than the server',
} as const;

/** What a run can be isolated from, by the result of `trySandbox`; none of it is required. */
export function checkIsolation(config: Config, held: readonly string[]): DoctorFinding {
  const name = 'Isolation';
  if (!config.isolation)
    return {
      name,
      state: 'warning',
      text: 'switched off: scripts can read and change whatever the server’s user can',
      remedy: 'Remove isolation = false from the settings.',
    };
  const open = Object.entries(WITHOUT)
    .filter(([kind]) => !held.includes(kind))
    .map(([kind, means]) => `no ${kind} of their own: ${means}`);
  if (held.includes('files') && !held.includes('calls')) open.push(UNFILTERED);
  const user =
    process.getuid?.() === 0
      ? ' They run as root without its privileges, in processes that do not see each other.'
      : '';
  if (open.length === 0)
    return { name, state: 'ok', text: `scripts have files, processes and a network of their own.${user}` };
  return {
    name,
    state: 'warning',
    text: open.join('\n'),
    remedy:
      'They need Linux 5.12 or later, as root or with unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1).',
  };
}

/** How the limits of a run are enforced, by the result of `trySandbox`. */
export function checkLimits(held: readonly string[]): DoctorFinding {
  const name = 'Limits';
  const open = Object.entries(UNGROUPED).filter(([controller]) => !held.includes(controller));
  if (open.length === 0)
    return { name, state: 'ok', text: 'control groups limit the memory, processes and processors of a run' };
  return {
    name,
    state: 'warning',
    text: open.map(([controller, means]) => `no control group for ${controller}: ${means}`).join('\n'),
    remedy: 'Control groups can be made as root, or in a systemd service with Delegate=yes.',
  };
}

/** Makes a sandbox like that of a run and ends it: returns the names of what it isolates and limits. */
export async function trySandbox(config: Config, python: string): Promise<readonly string[]> {
  const base = await mkdtemp(join(tmpdir(), 'script-runner-doctor-'));
  try {
    const sandbox = await resolveSandboxOptions({
      python,
      scriptsDirectory: config.project.scripts,
      limits: config.kernelLimits,
      network: 'off',
      environment: config.environment,
      dataDirectories: [],
      places: await findGroupPlaces(),
    });
    const supervisor = spawnSupervisor(python, supervisorPlan(sandbox, join(base, '1')), {});
    const held = await supervisor.isolation;
    supervisor.kill();
    await supervisor.gone;
    return held;
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}
