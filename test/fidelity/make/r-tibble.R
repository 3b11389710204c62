# shows: R: tibble, dplyr, grouped data, a matrix
# %%
suppressPackageStartupMessages(library(dplyr))
tibble(region = c("north", "south", "north"), value = c(1, 2, 3)) |> group_by(region) |> summarise(total = sum(value))
# %%
as_tibble(mtcars) |> head(4)
# %%
matrix(1:6, nrow = 2)
