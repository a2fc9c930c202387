"""Prints the median time in milliseconds that tarsnapper takes: time_tarsnapper.py SNAPSHOTS RUNS."""

import sys
import time
from datetime import datetime, timedelta

from tarsnapper.expire import expire

count, runs = int(sys.argv[1]), int(sys.argv[2])
start = datetime(2026, 1, 1)
deltas = [timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30)]
times = []
for _ in range(runs):
    backups = {f"snapshot-{n}": start + timedelta(hours=n) for n in range(count)}
    begun = time.perf_counter()
    expire(backups, list(deltas))
    times.append((time.perf_counter() - begun) * 1000)
print(sorted(times)[runs // 2])
