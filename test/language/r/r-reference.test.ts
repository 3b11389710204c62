import { expect, test } from 'vitest';
import { readRReferences } from '../../../src/language/r/r-reference.ts';

const names = (...sources: string[]) =>
  readRReferences(sources).modules.map(({ name, cell, line }) => `${name} ${cell} ${line}`);

test.each([
  [['library(dplyr)\nlibrary("ggplot2", quietly = TRUE)'], ['dplyr 0 1', 'ggplot2 0 2']],
  [['x <- 1', 'suppressMessages(library(data.table))\ndata.table::fread("x")'], ['data.table 1 1']],
  [['readr::read_csv("a.csv")\nstats:::fit(x)'], ['readr 0 1', 'stats 0 2']],
])('finds in %j', (sources, expected) => {
  expect(names(...sources)).toEqual(expected);
});

test.each([
  ['if (fancy) library(dplyr)'],
  ['ok <- require(dplyr)'],
  ['try(library(dplyr))'],
  ['library(name, character.only = TRUE)'],
  ['# library(dplyr)\ncat("library(dplyr)")'],
  ['install.packages("dplyr")\nlibrary(dplyr)'],
  ['library()'],
  [`library(dplyr)\n${' '.repeat(200_000)}`],
])('finds nothing in %j', (source) => {
  expect(names(source)).toEqual([]);
});
