"""Asks from a thread with files of its own."""

answers = []


def work():
    libc.unshare(0x400)
    answers.append(ask())


thread = threading.Thread(target=work)
thread.start()
thread.join()
print(answers[0])
