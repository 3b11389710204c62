import { expect, test } from 'vitest';
import { reviewR } from '../../../src/language/review/r-review.ts';

const codes = (source: string) => reviewR([source]).map(({ code, line }) => `${code} ${line}`);

test.each([
  ['x <- readline("Name? ")', ['asks-for-input 1']],
  ['lines <- readLines("stdin")', ['asks-for-input 1']],
  ['\ny <- scan(file("stdin"), what = "")', ['asks-for-input 2']],
  ['readLines(con = stdin())', ['asks-for-input 1']],
  ['p <- rstudioapi::askForPassword("p")', ['asks-for-input 1']],
  ['install.packages("dplyr")\nremotes::install_github("a/b")', ['installs-packages 1', 'installs-packages 2']],
  ['setwd("/data/sales")', ['absolute-path 1']],
  ['setwd("C:\\\\sales")', ['absolute-path 1']],
  ['d <- read.csv("/home/ana/orders.csv")', ['absolute-path 1']],
  ['db.password <- "tr0ub4dor-x"', ['secret-in-source 1']],
  ["dbConnect(RPostgres::Postgres(),\n  password = 'tr0ub4dor-x')", ['secret-in-source 2']],
  ['u <- "postgresql://ana:tr0ub4dor@db/sales"', ['secret-in-source 1']],
])('finds in %j', (source, expected) => {
  expect(codes(source)).toEqual(expected);
});

test.each([
  'readLines("orders.txt")',
  'scan("numbers.txt")',
  'setwd("data")',
  '# install.packages("dplyr")',
  'cat("install.packages(x)")',
  'rstudioapi::getActiveDocumentContext()',
  'password <- Sys.getenv("DB_PASSWORD")',
  'token <- "your-token"',
  'x <- "https://example.org/home/ana/x"',
  'install.packages',
  '"' + 'a'.repeat(5000),
])('finds nothing in %j', (source) => {
  expect(codes(source)).toEqual([]);
});

test('names at most 20 places of a kind, with the lines of a program, and reads no cell that is too long', () => {
  expect(reviewR([Array.from({ length: 30 }, () => 'readline()').join('\n')])).toHaveLength(20);
  expect(codes('%%script_runner_program a.R\n\nreadline()')).toEqual(['asks-for-input 2']);
  expect(reviewR([`readline()\n${' '.repeat(200_000)}`])).toEqual([]);
});
