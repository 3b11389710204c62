/** The commands that take a script or a report: `run`, `render`, `export`, `convert`, `params`, `choices`, `check`. */
import { type Command, InvalidArgumentError } from 'commander';
import { collect, type Flags, guarded, settingFlags, text, withSettings } from '../command.ts';

/** Formats that have an option of `run`. */
const RUN_EXPORTS = ['html', 'ipynb', 'pdf', 'docx'] as const;

export function addScriptCommands(program: Command): void {
  addRun(program);
  addReports(program);
  addConvert(program);
  addReview(program);
  addChoices(program);
}

function addRun(program: Command): void {
  withSettings(
    program
      .command('run')
      .argument('<script>', 'a notebook, or the name of a script of the project in the current folder')
      .description('run a notebook without a server')
      .option('-p, --param <name=value>', 'a value; repeat the option for further values, and for lists', collect, [])
      .option('--params <file>', 'values in a JSON or YAML file, or a row of a CSV file')
      .option('--row <number>', 'which row of that file, from 1', readRow, 1)
      .option('--html <file>', 'write the report as one HTML file')
      .option('--ipynb <file>', 'write the executed notebook')
      .option('--pdf <file>', 'write the report as PDF; needs Chromium, Chrome or Edge')
      .option('--docx <file>', 'write the report for Word; needs pandoc')
      .option('--out <folder>', 'write the downloads into this folder')
      .option('--json', 'print the run as one JSON value')
      .option('--yes', 'install operating system packages without asking, if they are needed'),
    [
      'data',
      'python',
      'wall_limit',
      'cell_limit',
      'idle_limit',
      'end_limit',
      'memory_limit',
      'process_limit',
      'cpu_limit',
      'disk_limit',
      'file_limit',
      'output_limit',
      'output_count',
      'artifact_limit',
      'upload_limit',
      'tables',
      'table_rows',
      'table_limit',
      'table_time',
      'timezone',
    ],
  ).action(
    guarded(async (script: string, flags: Flags & { param: string[]; row: number }) =>
      (await import('../run/run.ts')).run(script, settingFlags(flags), {
        values: flags.param,
        valuesFile: text(flags['params']),
        valuesRow: flags.row,
        exports: RUN_EXPORTS.flatMap((to) => (typeof flags[to] === 'string' ? [[to, flags[to]]] : [])),
        out: text(flags['out']),
        json: flags['json'] === true,
        yes: flags['yes'] === true,
      }),
    ),
  );
}

function readRow(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number, 1 for the first row.');
}

function addReports(program: Command): void {
  program
    .command('render')
    .argument('<notebook>', 'a notebook with saved outputs')
    .description('write the saved outputs of a notebook as one HTML file; runs nothing')
    .option('-o, --output <file>', 'the HTML file; - for standard output')
    .action(
      guarded(async (notebook: string, flags: Flags) =>
        (await import('../render.ts')).render(notebook, text(flags['output'])),
      ),
    );

  withSettings(
    program
      .command('export')
      .argument('<run>', 'the id of a run, or the address of its page')
      .description('write a stored report in another format; also while a server runs')
      .option(
        '--to <format>',
        'html, ipynb, slides, zip, pdf, docx, odt, epub, latex, markdown; default: by the extension of the file',
      )
      .option('--table <name>', 'a table that the report shows, in full; --to: csv, xlsx, json, parquet')
      .option('-o, --output <file>', 'the file; - for standard output; default: named by the title of the report')
      .option('--folder <folder>', 'project folder', '.'),
    ['data', 'browser', 'pdf_header', 'pdf_footer', 'pdf_paper', 'export_time', 'export_memory'],
  ).action(
    guarded(async (run: string, flags: Flags & { folder: string }) =>
      (await import('../export.ts')).exportRun(run, settingFlags(flags), {
        folder: flags.folder,
        to: text(flags['to']),
        out: text(flags['output']),
        table: text(flags['table']),
      }),
    ),
  );
}

function addConvert(program: Command): void {
  withSettings(
    program
      .command('convert')
      .argument('<script>', 'a notebook, or a text that is a script')
      .description(
        'write a script in another format: as a notebook, or as a text for an editor and for git; runs nothing',
      )
      .option('--to <format>', 'ipynb, py, md, md:markdown, Rmd, qmd, R, jl; default: by the extension of the file')
      .option('-o, --output <file>', 'the file; - for standard output; default: beside the script')
      .option('--force', 'replace the file if it is there'),
    ['python'],
  ).action(
    guarded(async (script: string, flags: Flags) =>
      (await import('../convert.ts')).convert(script, settingFlags(flags), {
        to: text(flags['to']),
        out: text(flags['output']),
        force: flags['force'] === true,
      }),
    ),
  );
}

function addReview(program: Command): void {
  program
    .command('params')
    .argument('<script>', 'a notebook, or the name of a script of the project in the current folder')
    .description('print the parameters of a script as JSON Schema')
    .option('--list', 'print them for people: what each accepts, and whether it is required, optional or has a default')
    .action(
      guarded(async (script: string, flags: Flags) =>
        (await import('../params.ts')).params(script, flags['list'] === true),
      ),
    );

  program
    .command('check')
    .argument('[target]', 'project folder, a notebook, or the name of a script', '.')
    .description('list the scripts that cannot be published, and what needs attention in the others')
    .option('--json', 'print one JSON value')
    .option('--junit <file>', 'write the result as JUnit XML, for continuous integration')
    .option('--strict', 'warnings count as errors, and so do scripts that need a case')
    .option('--run', 'also run each script, with its defaults or the values in NAME.cases.yaml, and compare')
    .option('--update', 'keep what the runs show, to compare with it from then on; implies --run')
    .action(
      guarded(async (target: string, flags: Flags) =>
        (await import('../check/check.ts')).check(target, {
          json: flags['json'] === true,
          junit: text(flags['junit']),
          strict: flags['strict'] === true,
          run: flags['run'] === true || flags['update'] === true,
          update: flags['update'] === true,
        }),
      ),
    );
}

function addChoices(program: Command): void {
  withSettings(
    program
      .command('choices')
      .argument('<script>', 'a notebook, or the name of a script of the project in the current folder')
      .description('list the choices of inputs that depend on others')
      .option('-p, --param <name=value>', 'a value; repeat the option for further values, and for lists', collect, [])
      .option('--params <file>', 'values in a JSON or YAML file')
      .option('--field <name>', 'only the choices of this input')
      .option('--search <words>', 'with --field: only choices that have these words')
      .option('--json', 'print one JSON value')
      .option('--yes', 'install operating system packages without asking, if they are needed'),
    ['python', 'timezone'],
  ).action(
    guarded(async (script: string, flags: Flags & { param: string[] }) =>
      (await import('../choices.ts')).choices(script, settingFlags(flags), {
        values: flags.param,
        valuesFile: text(flags['params']),
        field: text(flags['field']),
        search: text(flags['search']),
        json: flags['json'] === true,
        yes: flags['yes'] === true,
      }),
    ),
  );
}
