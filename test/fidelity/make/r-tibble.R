# shows: R: tibble, dplyr, grouped data, data.table, a matrix
# %%
suppressPackageStartupMessages(library(dplyr))
tibble(region = c("north", "south", "north"), value = c(1, 2, 3)) |> group_by(region) |> summarise(total = sum(value))
# %%
as_tibble(mtcars) |> head(4)
# %%
tibble(day = as.Date("2026-01-01") + 0:1, parts = list(1:2, "a"), amount = c(1.5, NA))
# %%
suppressPackageStartupMessages(library(data.table))
sales <- data.table(region = factor(c("north", "south", "north")), value = c(1, 2, 3))
sales[, .(total = sum(value)), by = region]
# %%
matrix(1:6, nrow = 2)
