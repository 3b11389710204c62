import pathlib, time

pathlib.Path(gate + ".began").touch()
count = 0
while not pathlib.Path(gate).exists():
    count += 1
    print(count)
    time.sleep(0.05)
print("end", count)
import script_runner

script_runner.download(("%d\n" % count).encode(), "count.txt")
