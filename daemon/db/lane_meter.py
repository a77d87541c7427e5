"""How long units of work take on a lane, and how many wait for it."""

from bisect import bisect_left

BUCKETS_S = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0)


class LaneMeter:
    """Counts units by how long they took; noted on the lane's thread, read on the loop."""

    def __init__(self, lane: str) -> None:
        self.lane = lane
        self.waiting = 0
        self.total_s = 0.0
        self._counts = [0] * (len(BUCKETS_S) + 1)

    def note(self, took_s: float) -> None:
        self._counts[bisect_left(BUCKETS_S, took_s)] += 1
        self.total_s += took_s

    def buckets(self) -> list[tuple[str, float]]:
        """How many took at most so long, the last of them all: as histograms are told."""
        told, so_far = [], 0
        for upto, number in zip((*map(str, BUCKETS_S), "+Inf"), self._counts, strict=True):
            so_far += number
            told.append((upto, float(so_far)))
        return told
