/** The page templates: ours, or those of the project's `templates/` folder that have the same name. */
import { fileURLToPath } from 'node:url';
import { Liquid } from 'liquidjs';

export interface Templates {
  /** HTML of the named template. Values are escaped unless the template says `raw`. Throws what the template throws. */
  render(name: string, scope: object): Promise<string>;
}

/** `asset` turns an asset's name into its address; `directory` may hold templates that replace ours. */
export function createTemplates(asset: (name: string) => string, directory?: string): Templates {
  const own = fileURLToPath(new URL('./template/', import.meta.url));
  const engine = new Liquid({
    root: directory === undefined ? [own] : [directory, own],
    extname: '.liquid',
    outputEscape: 'escape',
    cache: directory === undefined,
    strictFilters: true,
    strictVariables: false,
    relativeReference: false,
  });
  engine.registerFilter('asset', (name: string) => asset(name));
  return { render: (name, scope) => engine.renderFile(name, scope) };
}
