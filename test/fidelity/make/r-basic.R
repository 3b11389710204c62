# shows: R: vectors, data frames, factors, lists, errors
# %%
data <- data.frame(name = c("Ada", "Grace"), born = as.Date(c("1815-12-10", "1906-12-09")), rate = c(1.5, NA))
data
# %%
c(a = 1, b = 2)
# %%
summary(c(1, 2, 3, 10))
list(x = 1, y = "text", z = 1:3)
# %%
cat("printed\n"); message("a message"); warning("a warning")
# %% tags=["raises-exception"]
stop("ended by an error")
