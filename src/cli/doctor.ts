/**
 * `script-runner doctor`: what works on this machine, proven by a real kernel, how to fix the rest, and the state of
 * the server.
 */
import { defined } from '../domain/defined.ts';
import { readConfig } from '../config/config.ts';
import type { ConfigSources } from '../config/config.ts';
import { checkData, checkKernel, checkKernelspecs, checkNode, checkPython } from './doctor-check.ts';
import { checkExports } from './doctor-export.ts';
import { checkConnections } from './doctor-connection.ts';
import { checkDatabase } from './doctor-database.ts';
import { checkGateway } from './doctor-gateway.ts';
import { checkServer } from './doctor-server.ts';
import type { DoctorFinding } from './doctor-check.ts';
import { checkPeers } from './doctor-peer.ts';
import { checkIsolation, checkLimits, trySandbox } from './doctor-isolation.ts';

const MARKS = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' };

/** Exit code 1 if something prevents scripts from running. */
export async function doctor(folder: string, flags: ConfigSources['flags'], json: boolean): Promise<void> {
  const config = readConfig({ target: folder, ...defined({ flags }) });
  const { finding, python } = await checkPython(config);
  const path = python?.path;
  const held = path === undefined ? [] : await trySandbox(config, path);
  const findings: DoctorFinding[] = [
    checkNode(),
    finding,
    ...(path === undefined
      ? []
      : [
          await checkKernel(config, path),
          checkIsolation(config, held),
          checkLimits(held),
          await checkPeers(config, path, held),
        ]),
    await checkKernelspecs(config, path),
    await checkConnections(config),
    await checkExports(config, python),
    await checkData(config),
    ...(await checkDatabase(config)),
    ...(await checkGateway(config)),
    await checkServer(config),
  ];
  if (json) console.log(JSON.stringify(findings, null, 2));
  else for (const finding of findings) console.log(lineOf(finding));
  if (findings.some(({ state }) => state === 'problem')) process.exitCode = 1;
}

function lineOf({ name, state, text, remedy }: DoctorFinding): string {
  const lines = `${name}: ${text}${remedy === undefined ? '' : `\n${remedy}`}`.split('\n');
  return `${MARKS[state]} ${lines.join('\n        ')}`;
}
