/** The audit: where it is recorded, and for how long. */
import { createAudit } from '../app/audit.ts';
import { noteRights, type RightLines } from '../app/audit-rights.ts';
import type { AppContext } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import type { AuditSettings } from '../config/config-audit.ts';
import type { OpenStore } from '../store/open.ts';

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
