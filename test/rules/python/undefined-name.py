def total(rows):
    return sum(amount for row in rows)
