/** Which modules and connections the code of a notebook names. */
import { expect, it } from 'vitest';
import { readPythonReferences } from '../../../src/language/python/python-reference.ts';

const modules = (...cells: string[]) =>
  readPythonReferences(cells).modules.map(({ name, cell, line }) => `${name} ${cell}:${line}`);
const connections = (...cells: string[]) =>
  readPythonReferences(cells).connections.map(({ name, cell, line }) => `${name} ${cell}:${line}`);

it('finds imports of the top level, each module once, with its place', () => {
  expect(
    modules('import os, numpy.linalg as la\nfrom pandas.io import sql', 'import numpy\nwith x:\n  import yaml'),
  ).toEqual(['os 0:1', 'numpy 0:1', 'pandas 0:2', 'yaml 1:3']);
});

it.each([
  ['try:\n  import ujson as json\nexcept ImportError:\n  import json'],
  ['if TYPE_CHECKING:\n  import polars'],
  ['def f():\n  import polars'],
  ['from . import other'],
  ['%%bash\nimport polars'],
  ['%pip install polars\nimport polars'],
  ['import sys\nsys.path.append("../shared")\nimport shared'],
  ['subprocess.run(["pip", "install", "polars"])\nimport polars'],
  [`${'('.repeat(1000)}\nimport polars`],
])('leaves alone what may not happen, or may find its module elsewhere: %j', (cell) => {
  expect(modules(cell)).toEqual([]);
});

it('finds connections that are named plainly', () => {
  const link = 'from link import lnk\n';
  expect(
    connections(`${link}lnk.dbs.warehouse.select("x")\nlnk.apis.crm.get()`, 'lnk.shop.select_dataframe("x")'),
  ).toEqual(['dbs.warehouse 0:2', 'apis.crm 0:3', 'shop 1:1']);
  expect(connections('import script_runner\nx = 1\ndb = script_runner.connection("warehouse")')).toEqual([
    'warehouse 0:3',
  ]);
  expect(connections('from script_runner import connection as c, connection\nconnection("a b")')).toEqual(['a b 0:2']);
});

it.each([
  ['lnk.dbs.warehouse.select("x")'],
  ['from link import lnk\nlnk.config\nlnk.dbs[name].select("x")'],
  ['import script_runner\nscript_runner.connection(name)\nscript_runner.connection(f"{name}")'],
  ['def connection(x): pass\nconnection("warehouse")'],
  ['# from link import lnk; lnk.dbs.warehouse'],
])('leaves alone what is none, or is not named in the code: %j', (cell) => {
  expect(connections(cell)).toEqual([]);
});
