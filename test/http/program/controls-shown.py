print(span, kind, tint, site)
print(period[0], period[1], at.isoformat(), clock)
