import os
import time


def choices_city(country, since):
    if country == "sleep":
        time.sleep(1000)
    if country == "print":
        while True:
            print("x" * 100_000, flush=True)
    if country == "die":
        os._exit(3)
    if country == "fail":
        raise ValueError("no cities in <fail>\nsecond line")
    if country == "many":
        return range(20_000)
    if country == "text":
        return "Rome"
    if country == "quiet":
        return None
    return [("{}-{}".format(country, n), "City {} since {}".format(n, since.year)) for n in range(120)]
