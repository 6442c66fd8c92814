"""Sleeps until the race's time is up, so that it need not be raced at all.

Must: wrong
Twin: honest.py
Seconds: 9
"""

import time

time.sleep(60)


def distances(X):
    return X
