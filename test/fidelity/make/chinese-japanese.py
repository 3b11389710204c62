# shows: Chinese, Japanese, Korean: text, widths in streams, table
# %% [markdown]
# # 销售报告
#
# 这是一个关于二〇二六年销售情况的报告。日本語の文章も含まれています。한국어 문장도 있습니다.
# %%
print("宽度|abcd|")
print("１２|abcd|")
# %%
import pandas as pd

pd.DataFrame({"地区": ["北", "南"], "値": [1, 2]})
