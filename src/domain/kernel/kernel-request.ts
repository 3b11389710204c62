/** Requests for kernels outside of runs. */
import type { KernelRequest } from './kernel.ts';

/** A Python kernel without values, for a test of this machine or of a connection. `directory`: empty, private to it. */
export function kernelRequest(runId: string, directory: string): KernelRequest {
  return {
    runId,
    kernelName: undefined,
    language: 'python',
    directory,
    outputDirectory: directory,
    environment: {},
    params: {},
  };
}
