/** The environment variable by which a kernel without our module gets a password. */
export function passwordVariable(name: string): string {
  return `SCRIPT_RUNNER_PARAM_${name.toUpperCase()}`;
}
