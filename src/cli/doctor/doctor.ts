/**
 * `script-runner doctor`: what works on this machine, proven by a real kernel, how to fix the rest, and the state of
 * the server.
 */
import { defined } from '../../domain/defined.ts';
import type { Role } from '../../compose/compose.ts';
import { readConfig } from '../../config/config.ts';
import type { Config, ConfigSources } from '../../config/config.ts';
import { checkData, checkKernel, checkKernelspecs, checkNode, checkPython } from './doctor-check.ts';
import { checkAudit } from './doctor-audit.ts';
import { checkAuditCopy } from './doctor-audit-copy.ts';
import { checkAccess } from './doctor-access.ts';
import { checkQuotas } from './doctor-quota.ts';
import { checkExports } from './doctor-export.ts';
import { checkConnections } from './doctor-connection.ts';
import { checkArtifacts } from './doctor-artifacts.ts';
import { checkDatabase } from './doctor-database.ts';
import { checkReportFiles } from './doctor-file.ts';
import { checkEnvironments } from './doctor-environment.ts';
import { checkGateway } from './doctor-gateway.ts';
import { checkSource, checkWatching } from './doctor-source.ts';
import { checkServer } from './doctor-server.ts';
import { checkRollbacks } from './doctor-rollback.ts';
import type { DoctorFinding } from './doctor-check.ts';
import { checkPeers } from './doctor-peer.ts';
import { readRole, withoutDatabase } from '../role.ts';
import { checkIsolation, checkLimits, trySandbox } from './doctor-isolation.ts';

const MARKS = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' };

export interface DoctorOptions {
  /** Which part of the server this machine is to run; anything else is refused. */
  readonly role: string;
  /** Whether every byte of every report is read. */
  readonly files: boolean;
  readonly json: boolean;
}

/** Exit code 1 if something prevents this machine from running its part. */
export async function doctor(
  folder: string,
  flags: ConfigSources['flags'],
  { role: word, files, json }: DoctorOptions,
): Promise<void> {
  const role = readRole(word);
  const config = readConfig({ target: folder, ...defined({ flags }) });
  if (role !== 'serve' && config.database === undefined) throw withoutDatabase(role);
  const { finding, python } = await checkPython(config);
  const needless = withoutKernels(config, role);
  const findings: DoctorFinding[] = [
    checkNode(),
    needless !== undefined && finding.state === 'problem'
      ? { ...finding, state: 'warning', remedy: `${needless} a Python only to write some documents.` }
      : finding,
    ...(needless === undefined ? await checkRuns(config, python?.path, role) : []),
    ...(needless === undefined ? await checkEnvironments(config, python?.path) : []),
    ...(role === 'web' ? [] : [await checkConnections(config)]),
    ...(role === 'worker' ? [] : [await checkExports(config, python)]),
    await checkData(config),
    ...(await checkDatabase(config)),
    ...(await checkArtifacts(config)),
    ...(role === 'worker' ? [] : await checkScripts(config)),
    ...(files ? [await checkReportFiles(config)] : []),
    ...(role === 'web' ? [] : await checkGateway(config)),
    ...(role === 'serve' ? [await checkServer(config)] : []),
  ];
  if (json) console.log(JSON.stringify(findings, null, 2));
  else for (const finding of findings) console.log(lineOf(finding));
  if (findings.some(({ state }) => state === 'problem')) process.exitCode = 1;
}

/** Where scripts come from, which of their revisions are published, and for whom. */
async function checkScripts(config: Config): Promise<readonly DoctorFinding[]> {
  return [
    ...(await checkSource(config)),
    ...(await checkWatching(config)),
    ...(await checkRollbacks(config)),
    ...(await checkAccess(config)),
    ...(await checkAudit(config)),
    ...(await checkAuditCopy(config)),
    ...(await checkQuotas(config)),
  ];
}

/** Why this machine starts no kernel, as the beginning of a sentence; undefined: it does. */
function withoutKernels({ gateway }: Config, role: Role): string | undefined {
  if (role === 'web') return 'A web needs';
  return gateway?.scripts.length === 0 ? 'All scripts run on the gateway; this machine needs' : undefined;
}

/** What executes runs: kernels, and what they need. A worker answers no requests. */
async function checkRuns(config: Config, python: string | undefined, role: Role): Promise<DoctorFinding[]> {
  const held = python === undefined ? [] : await trySandbox(config, python);
  const kernels =
    python === undefined ? [] : [await checkKernel(config, python), checkIsolation(config, held), checkLimits(held)];
  if (python !== undefined && role === 'serve') kernels.push(await checkPeers(config, python, held));
  return [...kernels, await checkKernelspecs(config, python)];
}

function lineOf({ name, state, text, remedy }: DoctorFinding): string {
  const lines = `${name}: ${text}${remedy === undefined ? '' : `\n${remedy}`}`.split('\n');
  return `${MARKS[state]} ${lines.join('\n        ')}`;
}
