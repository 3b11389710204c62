import pandas

sales = pandas.DataFrame({"region": ["über %d" % i for i in range(1000)], "amount": range(1000)})
display(sales)
display(sales.style.set_caption("Best <sales> of: the year"))
amount = sales["amount"]
display(amount)
display(sales.head())
print(sales)
display(sales.groupby("region"))
sales
