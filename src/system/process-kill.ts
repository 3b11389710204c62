/** Ends processes at once. */

export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has already exited, which is reported later on a busy machine.
  }
}

/** Of a program that was started as the leader of a process group (`detached`): everything in its group. */
export function killGroup(leader: number): void {
  killProcess(-leader);
}
