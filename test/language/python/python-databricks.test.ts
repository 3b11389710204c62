/** Widgets of Databricks, as its own documentation writes them. */
import { describe, expect, it } from 'vitest';
import { python } from '../../../src/language/python/python.ts';

const schemas = (...cells: string[]) =>
  Object.fromEntries((python.readCalls?.(cells) ?? []).map(({ name, schema }) => [name, schema]));

describe('widgets of Databricks', () => {
  it('are inputs, with their choices and labels', () => {
    const code = `dbutils.widgets.dropdown("X123", "1", [str(x) for x in range(1, 4)], "hello this is a widget")
dbutils.widgets.dropdown("state", "CA", ["CA", "IL", "MI", "NY", "OR", "VA"])
dbutils.widgets.text("y", "1")
dbutils.widgets.combobox(name="fruit", defaultValue="fig", choices=["fig", "kiwi"], label="Fruit")
dbutils.widgets.multiselect("days", "Monday,Friday", days, "Days")
days = ["Monday", "Tuesday", "Friday"]`;
    expect(schemas(code)).toEqual({
      X123: { type: 'string', enum: ['1', '2', '3'], title: 'hello this is a widget', default: '1' },
      state: { type: 'string', enum: ['CA', 'IL', 'MI', 'NY', 'OR', 'VA'], default: 'CA' },
      y: { type: 'string', default: '1' },
      fruit: { type: 'string', examples: ['fig', 'kiwi'], title: 'Fruit', default: 'fig' },
      days: {
        type: 'array',
        items: { type: 'string', enum: ['Monday', 'Tuesday', 'Friday'] },
        uniqueItems: true,
        title: 'Days',
        default: ['Monday', 'Friday'],
      },
    });
  });

  it('that are only read are required, unless the call has a default', () => {
    const found = python.readCalls?.([
      'a = dbutils.widgets.get("my day")',
      'b = getArgument("b", "x")\ngetArgument("c")',
    ]);
    expect(found?.map(({ name, required, cell }) => [name, required, cell])).toEqual([
      ['my day', true, 0],
      ['b', false, 1],
      ['c', true, 1],
    ]);
  });

  it('in SQL are inputs, too', () => {
    const sql = `%sql
CREATE WIDGET TEXT y DEFAULT "10";
CREATE WIDGET DROPDOWN cuts DEFAULT 'Good' CHOICES SELECT * FROM (VALUES ("Good"), ("Fair"));
CREATE WIDGET COMBOBOX cut DEFAULT "Good" CHOICES SELECT DISTINCT cut FROM diamonds`;
    expect(schemas(sql)).toEqual({
      y: { type: 'string', default: '10' },
      cuts: { type: 'string', enum: ['Good', 'Fair'], default: 'Good' },
      cut: { type: 'string', default: 'Good' },
    });
  });

  it('of which only a run knows the name or the choices are named for the author', () => {
    const code = 'for n in names:\n    dbutils.widgets.text(n, "")\ndbutils.widgets.dropdown("a", "x", load())';
    expect(schemas(code)).toEqual({ a: { type: 'string', default: 'x' } });
    expect(python.review?.([code]).map(({ line, what }) => [line, what])).toEqual([
      [2, 'The name of this widget is computed, so it becomes no input and keeps its default.'],
      [3, 'The choices of this widget are computed, so the form has a text field for it.'],
    ]);
  });

  it('are searched for only in notebooks of Databricks', () => {
    expect(python.readCalls?.(['%sql select 1', 'print("x")'])).toEqual([]);
    expect(python.callSource?.(['import pandas'], { values: {}, passwords: [] })).toBeUndefined();
    expect(python.callSource?.(['%md\n# Title'], { values: {}, passwords: [] })).toContain('_databricks');
  });
});
