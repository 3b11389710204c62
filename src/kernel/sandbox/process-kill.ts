/** Ends a process at once. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself meanwhile, which is heard of later on a busy machine.
  }
}
