/** The commands about who may do what: `access explain`. */
import type { Command } from 'commander';
import { collect, type Flags, guarded, settingFlags, withSettings } from '../command.ts';

export function addAccessCommands(program: Command): void {
  const access = program.command('access').description('who may see, run and look after which scripts');
  withSettings(
    access
      .command('explain')
      .argument('<user>', 'name of the user, as the proxy sends it; or anybody, or signed-in')
      .argument('<script>', 'name of the script')
      .description('say what a user may do with a script, and which line of the setting access says so')
      .option('--group <name>', 'a group of the user; may be given several times', collect, [])
      .option('--folder <folder>', 'project folder', '.')
      .option('--json', 'for programs'),
    ['access', 'operators'],
  ).action(
    guarded(async (user: string, script: string, flags: Flags & { folder: string; group: string[] }) =>
      (await import('../access.ts')).explain(user, script, settingFlags(flags), {
        folder: flags.folder,
        groups: flags.group,
        json: flags['json'] === true,
      }),
    ),
  );
}
