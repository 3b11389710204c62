orders <- data.frame(
  n = c(1L, NA, 3L), price = c(1.5, NA, Inf), city = c("K\u00f6ln", NA, "=1+1\n"),
  kind = factor(c("b", "a", NA)), open = c(TRUE, NA, FALSE), day = as.Date(c("2024-02-29", NA, "1969-12-31")),
  at = as.POSIXct(c("2024-05-01 10:00:00", NA, "2024-01-01 00:00:00"), tz = "Europe/Berlin"),
  span = as.difftime(c(90, NA, 1.5), units = "mins"), stringsAsFactors = FALSE
)
orders$list <- list(1, NULL, c("a", "b"))
orders
IRdisplay::display(orders[1:2, c("n", "city")])
head(mtcars, 2)
1 + 1
print(orders$n)
invisible(orders)
