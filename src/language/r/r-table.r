# Executed by an R kernel before the first cell: data frames that cells show are also written in full, in the form of
# docs/adr/0017-tables-kept-in-full.md, after they have been shown. Needs only packages that IRkernel itself needs.
local({
  told <- Sys.getenv("SCRIPT_RUNNER_TABLES")
  if (!nzchar(told) || !all(c("IRkernel", "IRdisplay") %in% loadedNamespaces())) {
    return(invisible())
  }
  limits <- jsonlite::fromJSON(told)
  block_rows <- 20000
  block_cells <- 200000
  block_chars <- 4e6
  cell_chars <- 100000
  shown <- 0
  now <- function() proc.time()[["elapsed"]]

  json <- function(values) paste0(jsonlite::toJSON(values, na = "null", digits = NA), "\n")
  array <- function(type, bytes) paste0("\"", type, ":", base64enc::base64encode(bytes), "\"\n")
  is_text <- identical(limits$numbers, "text")

  write_numbers <- function(x) {
    x <- as.numeric(x)
    if (!is_text) return(array("float64", writeBin(x, raw(), endian = "little")))
    if (!any(is.infinite(x))) return(json(x))
    parts <- ifelse(is.na(x), "null", format(x, digits = 15, trim = TRUE, scientific = FALSE))
    parts[is.infinite(x)] <- ifelse(x[is.infinite(x)] > 0, "\"Infinity\"", "\"-Infinity\"")
    paste0("[", paste(parts, collapse = ","), "]\n")
  }
  write_wholes <- function(x) {
    if (!is_text && !anyNA(x) && all(abs(x) < 2^31)) {
      return(array("int32", writeBin(as.integer(x), raw(), endian = "little")))
    }
    paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.0f", x)), collapse = ","), "]\n")
  }
  write_flags <- function(x) {
    if (is_text || anyNA(x)) json(x) else array("int8", writeBin(as.integer(x), raw(), size = 1))
  }
  write_texts <- function(x) {
    x <- enc2utf8(as.character(x))
    is_long <- !is.na(x) & nchar(x, "bytes", allowNA = TRUE, keepNA = FALSE) > cell_chars
    if (any(is_long)) {
      x[is_long] <- paste0(substr(x[is_long], 1, cell_chars), "\u2026")
      cut_cells <<- TRUE
    }
    json(x)
  }
  cut_cells <- FALSE

  column <- function(name, x) {
    of <- function(type, write, ...) {
      list(type = list(name = name, type = type, ...), line = function(rows) write(x[rows]))
    }
    if (is.factor(x)) return(of("text", function(part) write_texts(levels(part)[as.integer(part)])))
    if (inherits(x, "Date")) return(of("date", function(part) write_wholes(floor(as.numeric(part))), unit = "D"))
    if (inherits(x, "POSIXlt")) x <- as.POSIXct(x)
    if (inherits(x, "POSIXct")) {
      zone <- attr(x, "tzone")[1]
      zone <- if (is.null(zone) || is.na(zone) || !nzchar(zone)) Sys.timezone() else zone
      zone <- if (is.null(zone) || is.na(zone)) "UTC" else zone
      per <- if (all(as.numeric(x) %% 1 == 0, na.rm = TRUE)) 1 else 1e6
      write <- function(part) write_wholes(round(as.numeric(part) * per))
      return(of("datetime", write, unit = if (per == 1) "s" else "us", zone = zone))
    }
    if (inherits(x, "difftime")) {
      x <- as.numeric(x, units = "secs")
      return(of("duration", function(part) write_wholes(round(part * 1e6)), unit = "us"))
    }
    if (inherits(x, "integer64")) {
      write <- function(part) {
        bytes <- writeBin(as.numeric(unclass(part)), raw(), endian = "little")
        if (is_text) write_texts(part) else array("int64", bytes)
      }
      return(of(if (is_text) "text" else "integer", write))
    }
    if (is.list(x)) {
      return(of("json", function(part) {
        text_of <- function(one) {
          if (is.null(one)) NA_character_ else as.character(jsonlite::toJSON(one, auto_unbox = TRUE, digits = NA))
        }
        write_texts(vapply(part, text_of, ""))
      }))
    }
    if (is.object(x)) return(of("text", write_texts))
    if (is.logical(x)) return(of("boolean", write_flags))
    if (is.integer(x)) return(of("integer", write_wholes))
    if (is.numeric(x)) return(of("number", write_numbers))
    of("text", write_texts)
  }

  # Columns that are matrices or data frames themselves become several.
  columns_of <- function(frame) {
    found <- list()
    for (at in seq_along(frame)) {
      if (length(found) >= limits$columns) break
      name <- names(frame)[at]
      x <- frame[[at]]
      if (is.matrix(x)) x <- as.data.frame(x)
      inner <- if (is.data.frame(x)) columns_of(x) else list(column(name, x))
      if (is.data.frame(x)) {
        inner <- lapply(inner, function(one) {
          one$type$name <- paste(name, one$type$name, sep = " / ")
          one
        })
      }
      found <- c(found, inner)
    }
    found[seq_len(min(length(found), limits$columns))]
  }

  write_frame <- function(frame, path) {
    end <- now() + limits$seconds
    cut_cells <<- FALSE
    names <- if (is.character(attr(frame, "row.names"))) list(column("index", row.names(frame))) else list()
    columns <- c(names, columns_of(frame))
    total <- min(nrow(frame), limits$rows)
    left <- limits$bytes
    cut <- character()
    file <- file(path, "wb")
    on.exit(close(file))
    put <- function(line) {
      writeLines(line, file, sep = "", useBytes = TRUE)
      left <<- left - nchar(line, "bytes")
    }
    types <- lapply(columns, function(one) one$type)
    header <- list(table = 1, index = length(names), columns = types)
    put(paste0(jsonlite::toJSON(header, auto_unbox = TRUE), "\n"))
    most <- max(1, min(block_rows, block_cells %/% max(1, length(columns))))
    rows <- 0
    size <- min(50, most)
    while (rows < total && length(cut) == 0) {
      part <- seq.int(rows + 1, min(rows + size, total))
      lines <- character()
      for (one in columns) {
        if (now() > end) cut <- "time" else lines <- c(lines, one$line(part))
        if (length(cut) > 0 || max(nchar(lines, "bytes")) > block_chars) break
      }
      if (length(cut) > 0) break
      sizes <- nchar(lines, "bytes")
      if (length(lines) < length(columns) || max(sizes) > block_chars || sum(sizes) > left) {
        if (size == 1 && sum(sizes) > left) cut <- "bytes"
        if (size == 1 && length(lines) < length(columns)) cut <- "bytes"
        size <- max(1, size %/% 8)
        if (length(cut) > 0) break
        if (length(part) > 1) next
      }
      for (line in lines) put(line)
      rows <- rows + length(part)
      if (sum(sizes) < block_chars / 8) size <- min(size * 4, most)
    }
    if (rows == 0 && total > 0) stop("its rows are too large, or take too long to write")
    if (rows == total && total < nrow(frame)) cut <- c(cut, "rows")
    if (length(columns) - length(names) < ncol(frame)) cut <- c(cut, "columns")
    if (cut_cells) cut <- c(cut, "cells")
    list(
      columns = lapply(types, function(type) list(name = substr(type$name, 1, 200), type = type$type)),
      index = length(names), rows = rows, total = c(nrow(frame), ncol(frame)), cut = as.list(cut)
    )
  }

  # The variable that holds the frame.
  name_of <- function(frame) {
    for (name in ls(.GlobalEnv)) {
      if (bindingIsActive(name, .GlobalEnv)) next
      value <- get(name, envir = .GlobalEnv)
      if (is.data.frame(value) && identical(dim(value), dim(frame)) && identical(value, frame)) return(name)
    }
    ""
  }

  keep <- function(frame, key) {
    message <- list(kind = "table", key = key, name = "")
    said <- tryCatch({
      message$name <- name_of(frame)
      if (shown > limits$count) stop(sprintf("more than %d tables were shown", limits$count))
      folder <- file.path(Sys.getenv("SCRIPT_RUNNER_OUTPUT_DIR"), ".tables")
      dir.create(folder, showWarnings = FALSE, recursive = TRUE)
      c(write_frame(frame, file.path(folder, key)), file = paste0(".tables/", key))
    }, error = function(error) list(problem = substr(conditionMessage(error), 1, 300)))
    IRdisplay::publish_mimebundle(list("application/vnd.script-runner+json" = c(message, said)))
  }

  # What is prepared for an output gets a key, and the frame is written when the function that sends it returns.
  noting <- function(prepare) {
    force(prepare)
    function(obj, ...) {
      bundle <- prepare(obj, ...)
      if (!is.data.frame(obj) || is.null(bundle$data[["text/html"]])) return(bundle)
      shown <<- shown + 1
      key <- paste0("t", shown)
      bundle$metadata <- c(as.list(bundle$metadata), list("script-runner-table" = key))
      sender <- parent.frame()
      do.call(on.exit, list(as.call(list(keep, obj, key)), TRUE), envir = sender)
      bundle
    }
  }
  replace <- function(name, package) {
    space <- asNamespace(package)
    prepare <- get(name, envir = space)
    unlockBinding(name, space)
    assign(name, noting(prepare), envir = space)
    lockBinding(name, space)
  }
  replace("prepare_mimebundle_kernel", "IRkernel")
  replace("prepare_mimebundle", "IRdisplay")
  invisible()
})
