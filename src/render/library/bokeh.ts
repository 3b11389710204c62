/** BokehJS and its parts. Outputs name all parts; those are loaded that a document needs. */
import { copied, npm, type Library, type LibraryFile } from './library.ts';

/** Its documents name each model with its type. */
const model = (names: string) => new RegExp(`"(?:name|type)":\\s*"(?:${names})"`);

const WIDGETS =
  '(?:Date|Datetime|Categorical|Range|DateRange|DatetimeRange)?Slider|AutocompleteInput|(?:Multiple)?Date(?:time)?(?:Range)?Picker|' +
  '(?:Checkbox|Radio|Toggle)?Button(?:Group)?|CheckboxButtonGroup|RadioButtonGroup|(?:Checkbox|Radio)Group|Checkbox|ColorPicker|ColorMap|' +
  'Div|Dropdown|FileInput|HelpButton|MultiChoice|MultiSelect|NumericInput|PaletteSelect|Paragraph|PasswordInput|' +
  'PreText|Progress|Select|Spinner|Switch|TextAreaInput|TextInput|TimePicker|Toggle';

function part(name: string, needs: readonly string[], uses: RegExp, ...more: readonly LibraryFile[]): Library {
  return {
    name,
    title: 'Bokeh',
    files: [copied(name, `@bokeh/bokehjs/build/js/${name}.min.js`), ...more],
    needs,
    global: 'Bokeh',
    modules: [name],
    addresses: [
      new RegExp(
        `^cdn\\.(?:bokeh|pydata)\\.org/bokeh/(?:release|dev)/${name}-(?<version>\\d[\\w.-]*?)(?:\\.min)?\\.js$`,
      ),
      npm('@bokeh/bokehjs', `/(?:build|dist)/js/${name}(?:\\.min)?\\.js`),
    ],
    majors: [3],
    uses,
  };
}

export const bokeh: readonly Library[] = [
  part(
    'bokeh',
    [],
    /\bset_log_level\b|\bBokeh\.(?:embed|Plotting|documents|safely)\b|\bembed_items(?:_notebook)?\b/,
    copied('bokeh', '../src/web/library/bokeh-paper.js'),
  ),
  part('bokeh-widgets', ['bokeh'], model(WIDGETS)),
  // its cells are edited with widgets
  part('bokeh-tables', ['bokeh', 'bokeh-widgets'], model('DataTable|DataCube|TableColumn')),
  part('bokeh-gl', ['bokeh'], /"output_backend":\s*"webgl"/),
  part('bokeh-mathjax', ['bokeh'], /"name":\s*"(?:TeX|MathML|Ascii)"|\$\$|\\\\\(|\\\\\[/),
  part('bokeh-api', ['bokeh'], /\bBokeh\.(?:Plotting|Charts)\b/),
];
