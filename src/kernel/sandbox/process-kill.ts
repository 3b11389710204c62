/** Ends a process at once. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has already exited, which is reported later on a busy machine.
  }
}
