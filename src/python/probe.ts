/** Asks a Python for its properties. */
import Type from 'typebox';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { runCommand } from './command.ts';
import type { CommandOptions } from './command.ts';

const SOURCE = `
import importlib.util, json, os, site, sys
found = lambda name: importlib.util.find_spec(name) is not None
ipykernel = None
if found("ipykernel"):
    try:
        from importlib.metadata import version
        ipykernel = version("ipykernel")
    except Exception:
        ipykernel = "of unknown version"
print(json.dumps({"path": sys.executable, "version": "%d.%d.%d" % sys.version_info[:3], "ipykernel": ipykernel,
    "pip": found("pip"), "ensurepip": found("ensurepip"), "pandas": found("pandas"), "matplotlib": found("matplotlib"),
    "folders": sorted({path for path in sys.path + site.getsitepackages() + [site.getusersitepackages()] if os.path.isabs(path)})}))
`;

export const PROBE = Type.Object({
  path: Type.String({ minLength: 1 }),
  version: Type.String(),
  ipykernel: Type.Union([Type.String(), Type.Null()]),
  pip: Type.Boolean(),
  ensurepip: Type.Boolean(),
  pandas: Type.Boolean(),
  matplotlib: Type.Boolean(),
  folders: Type.Array(Type.String()),
});

/**
 * `path` is the interpreter's own absolute path, links and shims resolved; `ipykernel` its version, `folders` where it
 * looks for packages.
 */
export type PythonProbe = Static<typeof PROBE>;

/** Undefined if the command is not a working Python 3. */
export async function probePython(command: string, options: CommandOptions): Promise<PythonProbe | undefined> {
  const { ok, stdout } = await runCommand(command, ['-c', SOURCE], options);
  if (!ok) return undefined;
  try {
    const probe: unknown = JSON.parse(stdout);
    return Value.Check(PROBE, probe) ? probe : undefined;
  } catch {
    return undefined;
  }
}
