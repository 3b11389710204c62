/** Finds a program by the names that it may have. */
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** The path of the first of these commands that there is; a command may be a path. */
export async function findCommand(commands: readonly string[], path = ''): Promise<string | undefined> {
  const folders = path.split(delimiter).filter(Boolean);
  const places = commands.flatMap((command) =>
    isAbsolute(command) ? [command] : folders.map((folder) => join(folder, command)),
  );
  for (const place of places) if (await isProgram(place)) return place;
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
