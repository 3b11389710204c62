/** The Python that tests run kernels on: the variable `SCRIPT_RUNNER_PYTHON`, which `npm test` sets. */
export function testPython(): string {
  const python = process.env['SCRIPT_RUNNER_PYTHON'];
  if (python === undefined || python === '') {
    throw new Error('Set SCRIPT_RUNNER_PYTHON to a Python that has ipykernel, or run `npm test`, which prepares one.');
  }
  return python;
}
