/** The audit: where it is recorded, and for how long. */
import { closeSync, constants, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createAudit } from '../app/audit/audit.ts';
import { noteRights, type RightLines } from '../app/audit/audit-rights.ts';
import type { AppContext, Log } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import type { AuditSettings } from '../config/config-audit.ts';
import { auditLine } from '../domain/audit.ts';
import { AppError } from '../domain/error.ts';
import { type SyslogAddress, syslogAddressText, syslogFrame } from '../domain/syslog.ts';
import type { OpenOptions, OpenStore } from '../store/open.ts';
import { createSyslogSender } from './syslog-sender.ts';

export function auditPorts(
  { auditStore }: Pick<OpenStore, 'auditStore'>,
  { isOn, keptMs }: AuditSettings,
): Pick<AppContext, 'audit' | 'auditStore' | 'auditKeptMs'> {
  const ports = { auditStore, auditKeptMs: keptMs };
  return isOn ? { ...ports, audit: createAudit(auditStore, Date.now) } : ports;
}

/** Records the rights of the settings, now and after each call of the `reload` that is returned. */
export function recordRights(
  ctx: Pick<AppContext, 'audit' | 'auditStore' | 'log'>,
  config: Config,
  reload: (next: Config) => void,
): (next: Config) => void {
  let current: RightLines | undefined;
  let last = Promise.resolve();
  const record = ({ settings: { access, operators } }: Config) => {
    const [before, now] = [current, { access, operators }];
    current = now;
    last = last
      .then(() => noteRights(ctx, now, before))
      .catch((error: unknown) => ctx.log.error({ error }, 'It could not be recorded that the rights have changed'));
  };
  record(config);
  return (next) => {
    reload(next);
    record(next);
  };
}

/**
 * Copies entries where the settings say. What cannot be copied later is in the database, and the log says so. Throws
 * `invalid` when the file cannot be written now. `lossFile`: see `auditLossFile`.
 */
export function auditCopy(
  { copy }: AuditSettings,
  log: Log,
  lossFile: string | undefined = undefined,
): Pick<OpenOptions, 'onAudited'> {
  if (copy === undefined) return {};
  if (copy === 'log')
    return {
      onAudited(entries) {
        for (const { hash, body } of entries) log.info({ hash, entry: JSON.parse(body) as unknown }, 'audit');
      },
    };
  if ('syslog' in copy) return syslogCopy(copy.syslog, log, lossFile);
  const { file } = copy;
  try {
    append(file, '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('invalid', `audit_log: the file ${file} cannot be written (${reason}).`);
  }
  return {
    onAudited(entries) {
      try {
        append(file, entries.map((entry) => `${auditLine(entry)}\n`).join(''));
      } catch (error) {
        log.error({ error, file }, 'The audit cannot be copied to its file');
      }
    },
  };
}

/** What a syslog server that was away too long has not got, for `doctor`. */
export interface AuditLoss {
  readonly count: number;
  /** Numbers of entries; others between them may have been sent. */
  readonly first: number;
  readonly last: number;
}

/** Where it is noted. */
export function auditLossFile(data: string): string {
  return join(data, 'audit-not-sent.json');
}

/** Undefined: nothing was lost. */
export function readAuditLoss(file: string): AuditLoss | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as AuditLoss) : undefined;
}

function syslogCopy(address: SyslogAddress, log: Log, lossFile: string | undefined): Pick<OpenOptions, 'onAudited'> {
  const server = syslogAddressText(address);
  let loss: AuditLoss | undefined;
  const sender = createSyslogSender(address, {
    onState(problem) {
      if (problem !== undefined)
        log.warn({ server, problem }, 'The audit cannot be sent to its syslog server; it waits');
      else log.info({ server, ...loss }, 'The audit is sent to its syslog server again');
    },
  });
  const lose = (number: number) => {
    if (loss === undefined) log.error({ server, number }, 'Entries of the audit are not sent: too many wait');
    const before = loss ?? (lossFile === undefined ? undefined : readAuditLoss(lossFile));
    loss = { count: (before?.count ?? 0) + 1, first: before?.first ?? number, last: number };
  };
  return {
    onAudited(entries) {
      const before = loss;
      for (const entry of entries) {
        const about = { atMs: entry.atMs, host: hostname(), processId: process.pid };
        if (!sender.send(syslogFrame(auditLine(entry), about))) lose(entry.number);
      }
      if (loss !== before && loss !== undefined && lossFile !== undefined) noteLoss(lossFile, loss, log);
    },
  };
}

function noteLoss(file: string, loss: AuditLoss, log: Log): void {
  try {
    writeFileSync(file, JSON.stringify(loss), { mode: 0o600 });
  } catch (error) {
    log.error({ error, file, ...loss }, 'It could not be noted which entries of the audit were not sent');
  }
}

/** Opens the file for each write: another program may have renamed it. A pipe that nobody reads is an error. */
function append(file: string, text: string): void {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK } = constants;
  const opened = openSync(file, O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK, 0o640);
  try {
    writeFileSync(opened, text);
  } finally {
    closeSync(opened);
  }
}
