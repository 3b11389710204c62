/** Reads the settings of a running server again and logs which apply now and which after a restart. */
import type { Log } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../domain/error.ts';
import type { Server } from '../main.ts';
import { RELOADED, SETTING_NAMES } from '../config/setting.ts';

/** Returns the settings that apply from now on: the old ones if the new ones are wrong. */
export function reloadSettings(
  server: Pick<Server, 'reload'>,
  config: Config,
  { read, log }: { readonly read: () => Config; readonly log: Log },
): Config {
  try {
    const next = read();
    server.reload(next);
    const changed = SETTING_NAMES.filter(
      (name) => JSON.stringify(config.settings[name]) !== JSON.stringify(next.settings[name]),
    );
    const reloaded = changed.filter((name) => RELOADED.includes(name));
    log.info({ reloaded }, 'The settings were read again');
    const waiting = changed.filter((name) => !RELOADED.includes(name));
    if (waiting.length > 0) log.warn({ waiting }, 'These settings apply after a restart');
    return next;
  } catch (error) {
    log.error(
      error instanceof AppError ? { problem: error.message } : { error },
      'The new settings were refused; the old ones stay in force',
    );
    return config;
  }
}
