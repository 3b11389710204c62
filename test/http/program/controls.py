from datetime import date, datetime, time

title: str = "Quarterly report"
notes: str = "First line\nSecond line"
mail: str = "ana@example.org"
site: str = ""
tint: str = "#1f77b4"
rows: int = 50
span: tuple[int, int] = (10, 40)
free: list[float] = [0.5, 2.5]
distance: float = 12.5
kind: str = "bars"
regions: list[str] = ["north"]
region: str = "north"
strict: bool = True
names: list[str] = ["Ana", "Bo"]
day: date = date(2026, 1, 31)
period: tuple[date, date] = (date(2026, 1, 1), date(2026, 1, 31))
moment: datetime = datetime(2026, 1, 31, 9, 30)
at: datetime
clock: time = time(9, 30)
query: str = "select *\nfrom sales"
options: dict = {"a": [1, 2]}
order: str
key: str = ""
maybe: int | None = None
