/**
 * The environment variable by which a kernel without our module gets a password; as the name is spelt, so that `key`
 * and `KEY` are two.
 */
export function passwordVariable(name: string): string {
  return `SCRIPT_RUNNER_PARAM_${name}`;
}
