/**
 * The environment variable by which a kernel without our module gets a password; spelt like the name, so `key` and
 * `KEY` are different.
 */
export function passwordVariable(name: string): string {
  return `SCRIPT_RUNNER_PARAM_${name}`;
}
