# Installs exact versions of packages into a library: `Rscript --vanilla renv-install.r LIBRARY`, in a folder with
# packages.tsv (name, version) and repositories.tsv (address). Bioconductor and CRAN keep older versions in an archive.
library_path <- commandArgs(trailingOnly = TRUE)[[1]]
read <- function(file, names) {
  read.delim(file, header = FALSE, col.names = names, colClasses = "character", quote = "", comment.char = "")
}
packages <- read("packages.tsv", c("name", "version"))
addresses <- read("repositories.tsv", "address")$address
options(timeout = 600, warn = 1, install.packages.check.source = "no")
dir.create("downloads")
dir.create(library_path, recursive = TRUE, showWarnings = FALSE)

available <- function(address) {
  tryCatch(
    available.packages(contrib.url(address, "source"), type = "source", filters = character()),
    error = function(error) matrix(character(), 0, 2, dimnames = list(NULL, c("Package", "Version")))
  )
}
known <- lapply(addresses, available)

# Places of one version, those where it is listed first.
places <- function(name, version) {
  file <- sprintf("%s_%s.tar.gz", name, version)
  listed <- vapply(known, function(one) any(one[, "Package"] == name & one[, "Version"] == version), NA)
  urls <- contrib.url(addresses, "source")
  c(file.path(urls[listed], file), file.path(urls, "Archive", name, file), file.path(urls[!listed], file))
}

fetch <- function(name, version) {
  target <- file.path("downloads", sprintf("%s_%s.tar.gz", name, version))
  for (place in places(name, version)) {
    ended <- tryCatch(
      suppressWarnings(download.file(place, target, quiet = TRUE, mode = "wb")),
      error = function(error) 1L
    )
    if (identical(ended, 0L)) return(invisible())
  }
  stop(sprintf("%s %s is in none of the repositories: %s", name, version, paste(addresses, collapse = ", ")), call. = FALSE)
}

for (at in seq_len(nrow(packages))) {
  message(sprintf("Downloading %s %s", packages$name[[at]], packages$version[[at]]))
  fetch(packages$name[[at]], packages$version[[at]])
}
if (nrow(packages) > 0) {
  # as a repository of their own, R installs them in the order of their dependencies
  tools::write_PACKAGES("downloads", type = "source")
  .libPaths(c(library_path, .libPaths()))
  install.packages(
    packages$name,
    lib = library_path,
    contriburl = paste0("file://", normalizePath("downloads")),
    type = "source", dependencies = FALSE, INSTALL_opts = "--no-multiarch"
  )
}
for (at in seq_len(nrow(packages))) {
  name <- packages$name[[at]]
  found <- tryCatch(packageVersion(name, lib.loc = library_path), error = function(error) NULL)
  if (is.null(found) || found != package_version(packages$version[[at]]))
    stop(sprintf("%s %s could not be installed.", name, packages$version[[at]]), call. = FALSE)
}
cat(sprintf("%s.%s", R.version$major, R.version$minor))
