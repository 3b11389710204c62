/** What the commands of the command line share: options, flags, errors. */
import type { Command } from 'commander';
import { describeSetting, SETTING_NAMES } from '../config/setting.ts';
import type { SettingName } from '../config/setting.ts';
import { fail } from './exit.ts';

export type Flags = Record<string, string | boolean | string[] | undefined>;

/** Every setting is a flag with the same name. */
export function withSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    command.option(`--${name.replaceAll('_', '-')} <value>`, describeSetting(name).description);
  }
  return command;
}

export function settingFlags(flags: Flags): Partial<Record<SettingName, string | undefined>> {
  const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, text(flags[camel(name)])]));
}

export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

export function text(value: Flags[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A thrown error becomes a message and an exit code, never a stack. */
export function guarded<Args extends unknown[]>(
  action: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return (...args) => action(...args).catch(fail);
}
