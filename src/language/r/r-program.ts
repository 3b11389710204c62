/** Plain programs in R: their arguments as inputs, and what the kernel needs to run them. */
import { passwordVariable } from '../../domain/parameter/password-variable.ts';
import type { RunValues } from '../../domain/parameter/language.ts';
import { calledBy, findProgram, reviewOf } from '../program/program.ts';
import { programWords, type ProgramWord } from '../program/program-word.ts';
import { readROptions } from './r-option.ts';
import { quoteR } from './r-string.ts';

const find = (cells: readonly string[]) => findProgram(cells, readROptions);

export const readRProgram = (cells: readonly string[]) => calledBy(find(cells));
export const reviewRProgram = (cells: readonly string[]) => reviewOf(find(cells));

/**
 * `commandArgs` gives the values, wherever it is called. `quit` ends the program: with another status than 0 it fails.
 * The name of the condition is known to the server.
 */
export function rProgramSource(cells: readonly string[], run: RunValues): string | undefined {
  const found = find(cells);
  if (found === undefined) return undefined;
  const words = programWords(found.arguments, run.values, { joins: true, passwords: run.passwords }).map(writeWord);
  return `local({
  words <- c(character(0)${words.map((word) => `, ${word}`).join('')})
  file <- ${quoteR(`--file=${found.name}`)}
  given <- function(trailingOnly = FALSE) {
    if (trailingOnly) return(words)
    c("R", "--no-echo", "--no-restore", file, if (length(words) > 0) c("--args", words))
  }
  base <- baseenv()
  unlockBinding("commandArgs", base)
  assign("commandArgs", given, envir = base)
  lockBinding("commandArgs", base)
  ended <- function(save = "default", status = 0, runLast = TRUE) {
    if (status != 0) stop("it ended itself with exit code ", status, call. = FALSE)
    stop("ScriptRunnerStop", call. = FALSE)
  }
  # tracebacks name no lines of this code
  ended <- utils::removeSource(ended)
  attach(list(quit = ended, q = ended), name = "script_runner", warn.conflicts = FALSE)
})`;
}

function writeWord({ text, password }: ProgramWord): string {
  if (password === undefined) return quoteR(text);
  return `paste0(${quoteR(text)}, Sys.getenv(${quoteR(passwordVariable(password))}))`;
}
