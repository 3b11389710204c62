/** R: folders of a run on another machine. jsonlite is there: IRkernel itself needs it. */
import type { FilePiece, FolderSource } from '../../domain/parameter/folder-source.ts';
import { quoteR } from './r-string.ts';

export const rFolder: FolderSource = {
  make: (path) =>
    `if (!dir.create(${quoteR(path)}, showWarnings = FALSE, mode = "0700")) stop("It cannot make its folder.")`,
  enter: (path) => `dir.create(${quoteR(path)}, showWarnings = FALSE, recursive = TRUE)\nsetwd(${quoteR(path)})`,
  append: (pieces) => pieces.map(appendSource).join('\n'),
  remove: (path) => `setwd("/")\nunlink(${quoteR(path)}, recursive = TRUE, force = TRUE, expand = FALSE)`,
};

function appendSource({ path, bytes, mode }: FilePiece): string {
  return [
    '(function(path, bytes) {',
    '  dir.create(dirname(path), showWarnings = FALSE, recursive = TRUE)',
    '  file <- file(path, "ab")',
    '  tryCatch(writeBin(bytes, file), finally = close(file))',
    ...(mode === undefined ? [] : [`  Sys.chmod(path, "${mode.toString(8)}", use_umask = FALSE)`]),
    '  invisible()',
    `})(${quoteR(path)}, jsonlite::base64_dec("${Buffer.from(bytes).toString('base64')}"))`,
  ].join('\n');
}
