/** Stands for itables' own bundle: its tables, drawn by DataTables without the extensions. */
import type { Api, Config } from 'datatables.net';
import library from 'datatables.net-dt';
import jQuery from 'jquery';
import { followTheme } from './theme.ts';
import { parseRows } from './row.ts';

interface Tables {
  new (element: HTMLTableElement, config: Config): Api;
  readonly ext: { errMode: string };
}

// the types of the package are those of its form for Node
const DataTable = library as unknown as Tables;
DataTable.ext.errMode = 'throw';

/** What itables writes into a notebook; all else are options of DataTables. */
interface Arguments extends Config {
  readonly data_json?: string;
  readonly table_html?: string;
  readonly table_style?: string;
  readonly classes?: readonly string[];
  readonly style?: Readonly<Record<string, string>>;
  readonly caption?: string;
  readonly column_filters?: 'header' | 'footer' | false;
  readonly downsampling_warning?: string;
  /** Paths of options that are the text of a function. */
  readonly keys_to_be_evaluated?: readonly (readonly (string | number)[])[];
  readonly text_in_header_can_be_selected?: boolean;
  readonly selected_rows?: readonly number[];
  readonly filtered_row_count?: number;
}

/** Parts of the layout that need no extension. */
const FEATURES = new Set(['div', 'info', 'pageLength', 'paging', 'search']);

class ITable {
  readonly dt: Api;

  constructor(element: HTMLTableElement, given: Arguments) {
    const { data_json, table_html, table_style, classes, style, caption, column_filters, ...rest } = given;
    const { downsampling_warning, keys_to_be_evaluated = [], ...options } = rest;
    const config: Config = { ...options };
    if (options.layout !== undefined) config.layout = layoutOf(options.layout);
    if (data_json !== undefined) config.data = parseRows(data_json);
    for (const path of keys_to_be_evaluated) evaluate(config, path);
    if (downsampling_warning !== undefined) config.infoCallback = (...told) => `${told[5]} (${downsampling_warning})`;
    const table = jQuery(element);
    if (table_html !== undefined) table.html(table_html);
    for (const name of classes ?? []) table.addClass(name);
    if (style !== undefined) table.css(style);
    if (table_style !== undefined) table.append(jQuery('<style>').text(table_style));
    this.dt = new DataTable(element, config);
    if (caption !== undefined) this.dt.caption(caption);
    if (column_filters === 'header' || column_filters === 'footer') addFilters(this.dt, column_filters);
  }
}

type Layout = NonNullable<Config['layout']>;

function layoutOf(layout: Layout): Layout {
  const parts = Object.entries(layout).map(([place, feature]) => [
    place,
    typeof feature === 'string' && !FEATURES.has(feature) ? null : feature,
  ]);
  return Object.fromEntries(parts) as Layout;
}

/** A function of the author, as JupyterLab runs it. */
function evaluate(options: object, path: readonly (string | number)[]): void {
  let place = options as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(place, key)) return;
    place = place[key] as Record<string | number, unknown>;
  }
  const key = path.at(-1) ?? '';
  const source = Object.hasOwn(place, key) ? place[key] : undefined;
  // a function without a name is no statement; in the scope of the page, not of this module
  if (typeof source === 'string') place[key] = (0, eval)(`(${source})`) as unknown;
}

function addFilters(table: Api, where: 'header' | 'footer'): void {
  table.columns().every(function () {
    const cell = where === 'header' ? this.header() : this.footer();
    const input = Object.assign(document.createElement('input'), { type: 'text', placeholder: cell.textContent });
    input.addEventListener('click', (event) => event.stopPropagation());
    input.addEventListener('input', () => void this.search(input.value).draw());
    cell.replaceChildren(input);
  });
}

/** What the bundle exports; the frame makes a module of it. */
const reportItables = { ITable, DataTable, jQuery, default: DataTable, set_or_remove_dark_class: followTheme };
Object.assign(window, { reportItables });
