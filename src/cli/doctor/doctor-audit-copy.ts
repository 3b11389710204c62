/** What `doctor` says about a copy of the audit that goes to a syslog server. */
import { auditLossFile, readAuditLoss } from '../../compose/compose-audit.ts';
import { connectSyslog } from '../../compose/syslog-sender.ts';
import type { Config } from '../../config/config.ts';
import { type SyslogAddress, syslogAddressText } from '../../domain/syslog.ts';
import type { DoctorFinding } from './doctor-check.ts';

const REACH_MS = 5_000;

/** Whether the server can be reached from here, and what it has not got. Sends nothing. */
export async function checkAuditCopy({
  data,
  audit,
}: Pick<Config, 'data' | 'audit'>): Promise<readonly DoctorFinding[]> {
  const { copy } = audit;
  if (copy === undefined || copy === 'log' || !('syslog' in copy)) return [];
  const [name, server] = ['Copy of the audit', syslogAddressText(copy.syslog)];
  const loss = readAuditLoss(auditLossFile(data));
  if (loss !== undefined)
    return [
      {
        name,
        state: 'warning',
        text: `${server} has not got ${String(loss.count)} entries, of the numbers ${String(loss.first)} to ${String(loss.last)}; the database has them`,
        remedy: `Copy them with script-runner audit list, then remove ${auditLossFile(data)}`,
      },
    ];
  const problem = await reachProblem(copy.syslog);
  if (problem === undefined) return [{ name, state: 'ok', text: `${server} can be reached` }];
  return [
    {
      name,
      state: 'warning',
      text: `${server} cannot be reached: ${problem}`,
      remedy: 'Entries wait for it until there are too many; the database has them in any case. See docs/audit.md.',
    },
  ];
}

async function reachProblem(address: SyslogAddress): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connectSyslog(address, () => resolve(undefined));
  socket.setTimeout(REACH_MS, () => resolve('it does not answer'));
  socket.on('error', ({ message }) => resolve(message));
  return promise.finally(() => socket.destroy());
}
