/** What a run asks of the kernels, beyond what its plan knows. */
import { join } from 'node:path';
import type { PreparedConnections } from '../domain/connection/connection.ts';
import type { KernelRequest, PrefixConnections } from '../domain/kernel/kernel.ts';
import type { Cell } from '../domain/notebook/notebook.ts';
import type { RunEnvironment } from './run-environment.ts';
import { cellBehind } from './run-first-cell.ts';
import { lastCell } from './script-prefix.ts';
import type { RunPlan } from './run-plan.ts';

interface Folders {
  /** Absolute: the run's own. */
  readonly folder: string;
  readonly outputDirectory: string;
  /** Further ones, for this run alone. */
  readonly variables: Readonly<Record<string, string>>;
}

/** With the run's folders and connections. */
export function withFolders(
  { request, prefix }: RunPlan,
  connections: PreparedConnections & PrefixConnections,
  { folder, outputDirectory, variables }: Folders,
): KernelRequest {
  return {
    ...request,
    outputDirectory,
    environment: { ...request.environment, ...connections.environment, ...variables },
    writablePaths: connections.writablePaths,
    readablePaths: [join(folder, 'link')],
    ...(prefix === undefined ? {} : { prefix: { ...prefix, fingerprint: connections.fingerprint } }),
  };
}

/** The request, also for a snapshot. */
export function inEnvironment(request: KernelRequest, environment: RunEnvironment | undefined): KernelRequest {
  if (environment === undefined) return request;
  const { python, library } = environment;
  const { prefix } = request;
  if (library !== undefined) return { ...request, environment: { ...request.environment, R_LIBS_USER: library } };
  if (python === undefined) return request;
  return { ...request, python, ...(prefix && { prefix: { ...prefix, plan: { ...prefix.plan, python } } }) };
}

/** With the first cells that are not plain. `mayBegin` may reject: then nothing is sent. */
export function withFirstCell(
  request: KernelRequest,
  cells: readonly Cell[],
  mayBegin: Promise<boolean>,
): KernelRequest {
  const known = mayBegin.catch(() => false);
  const first = ({ firstCells }: Pick<KernelRequest, 'firstCells'>, after?: number) => {
    const behind = firstCells && cellBehind(cells, firstCells, after);
    return behind === undefined ? {} : { firstRequest: { ...behind, mayBegin: known } };
  };
  const { prefix } = request;
  return {
    ...request,
    ...first(request),
    ...(prefix && { prefix: { ...prefix, ...first(prefix, lastCell(prefix.plan)) } }),
  };
}
