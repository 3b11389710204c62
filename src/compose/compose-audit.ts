/** The audit: where it is recorded, and for how long. */
import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { createAudit } from '../app/audit.ts';
import { noteRights, type RightLines } from '../app/audit-rights.ts';
import type { AppContext, Log } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import type { AuditSettings } from '../config/config-audit.ts';
import { auditLine } from '../domain/audit.ts';
import { AppError } from '../domain/error.ts';
import type { OpenOptions, OpenStore } from '../store/open.ts';

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
 * `invalid` when the file cannot be written now.
 */
export function auditCopy({ copy }: AuditSettings, log: Log): Pick<OpenOptions, 'onAudited'> {
  if (copy === undefined) return {};
  if (copy === 'log')
    return {
      onAudited(entries) {
        for (const { hash, body } of entries) log.info({ hash, entry: JSON.parse(body) as unknown }, 'audit');
      },
    };
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
