# shows: R: ggplot2, base graphics
# %%
library(ggplot2)
options(repr.plot.width = 5, repr.plot.height = 3)
ggplot(mtcars, aes(wt, mpg, colour = factor(cyl))) + geom_point() + ggtitle("cars")
# %%
plot(1:10, type = "b", main = "base")
