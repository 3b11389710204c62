import sqlite3
import sys

shop = sqlite3.connect(sys.argv[1])
shop.execute("create table stores(id integer, name text, region text)")
for number in range(10):
    row = (number, "O'Store {}".format(number), ("north", "south")[number % 2])
    shop.execute("insert into stores values(?, ?, ?)", row)
shop.commit()
