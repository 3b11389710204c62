/** The commands about what people did: `audit list`, `audit verify`. */
import { InvalidArgumentError, type Command } from 'commander';
import { AUDIT_ACTIONS } from '../../domain/audit.ts';
import { type Flags, guarded, settingFlags, text, withSettings } from '../command.ts';

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('who did what, when, from where, and with which values');
  withSettings(
    audit
      .command('list', { isDefault: true })
      .description('print entries of the audit as JSON lines, the newest first')
      .option('--by <id>', 'of this person')
      .option('--action <name>', AUDIT_ACTIONS.join(', '))
      .option('--script <name>', 'about this script')
      .option('--run <id>', 'about this report')
      .option('--from <address>', 'from this network address')
      .option('--since <time>', 'from this time on, such as 2026-01-31 or 2026-01-31T12:00:00Z', timeMs)
      .option('--until <time>', 'before this time', timeMs)
      .option('--limit <number>', 'at most this many; default: all', count)
      .option('--folder <folder>', 'project folder', '.'),
    ['data'],
  ).action(
    guarded(async (flags: Flags & { since?: number; until?: number; limit?: number; folder: string }) => {
      const { since, until, limit } = flags;
      const [by, action, script, run, from] = ['by', 'action', 'script', 'run', 'from'].map((name) =>
        text(flags[name]),
      );
      const query = { by, action, script, run, from, since, until, limit };
      await (await import('../audit.ts')).listEntries(flags.folder, settingFlags(flags), query);
    }),
  );
  withSettings(
    audit
      .command('verify')
      .description('verify that no entry of the audit was changed or removed')
      .option('--folder <folder>', 'project folder', '.'),
    ['data'],
  ).action(
    guarded(async (flags: Flags & { folder: string }) =>
      (await import('../audit.ts')).verifyEntries(flags.folder, settingFlags(flags)),
    ),
  );
}

function timeMs(text: string): number {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('Write a time such as 2026-01-31 or 2026-01-31T12:00:00Z.');
  return time;
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}
