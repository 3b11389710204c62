# Writes a repository of R packages into the folder of the first argument: `report` 1.1, which needs `salesr`, and of
# that 2.0 and, in the archive, 1.0.
root <- commandArgs(trailingOnly = TRUE)[[1]]
place <- file.path(root, "src", "contrib")
dir.create(file.path(place, "Archive", "salesr"), recursive = TRUE)
setwd(tempdir())
make <- function(name, version, value, folder, more = character()) {
  dir.create(file.path(name, "R"), recursive = TRUE, showWarnings = FALSE)
  about <- c(Package = name, Version = version, Title = "T", Description = "D.", Author = "A",
    Maintainer = "A <a@example.org>", License = "MIT", more)
  writeLines(paste0(names(about), ": ", about), file.path(name, "DESCRIPTION"))
  writeLines("export(value)", file.path(name, "NAMESPACE"))
  writeLines(sprintf("value <- function() %s", value), file.path(name, "R", "value.R"))
  tar(file.path(folder, sprintf("%s_%s.tar.gz", name, version)), name, compression = "gzip")
}
make("salesr", "1.0", '"old"', file.path(place, "Archive", "salesr"))
make("salesr", "2.0", '"new"', place)
make("report", "1.1", "salesr::value()", place, c(Imports = "salesr"))
invisible(tools::write_PACKAGES(place, type = "source"))
