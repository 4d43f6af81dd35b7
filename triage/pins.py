"""Where a pin lies: the subdivision whose shape holds it, the nearest town beside it. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.gazetteer import Point

Ring = list[tuple[float, float]]
NEAR_BORDER_KM = 15.0
FAR_KM = 120.0
# Subdivisions younger than the shapes: the nearest town tells them.
BAND = 1.3  # degrees of latitude that hold every town within FAR_KM


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin read: what the shapes say, what the nearest town says, and which of the two is believed."""

    subdivision: str
    inside: str | None
    town: str | None
    town_subdivision: str | None
    km: float | None
    why: str


class Shapes:
    """Point in polygon over the subdivisions, in degrees; built from the arcs of `shapes.json`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        grid = float(data["grid"])
        arcs = [_unpacked(arc, grid) for arc in data["arcs"]]
        self._rings: dict[str, list[Ring]] = {str(code): [_joined(ring, arcs) for ring in rings] for code, rings in data["shapes"].items()}
        self._boxes = {code: _box(rings) for code, rings in self._rings.items()}
        self.codes = frozenset(self._rings)

    def holding(self, lat: float, lon: float) -> str | None:
        """The subdivision that holds the point; none at sea and outside of the six."""
        for code, (west, south, east, north) in self._boxes.items():
            if west <= lon <= east and south <= lat <= north and sum(_crossings(ring, lat, lon) for ring in self._rings[code]) % 2:
                return code
        return None

    def km_to_edge(self, code: str, lat: float, lon: float) -> float:
        """Kilometres to the subdivision's own edge."""
        return min(_to_line(ring, lat, lon) for ring in self._rings[code])


class Pins:
    """Shapes and towns together."""

    def __init__(self, shapes: Shapes | None, points: Iterable[Point]) -> None:
        self._shapes = shapes
        self._points: Sequence[Point] = sorted(points, key=lambda p: p.lat)
        self._lats = [p.lat for p in self._points]

    def read(self, lat: float, lon: float) -> Pin | None:
        """The shape that holds it; near its edge, or where a subdivision has no shape, the nearest town decides."""
        inside = self._shapes.holding(lat, lon) if self._shapes else None
        town, km = self._nearest(lat, lon)
        if town is None:
            return Pin(inside, inside, None, None, None, "inside its shape; no town near") if inside else None
        known = self._shapes is not None and town.subdivision in self._shapes.codes
        if inside is None or inside == town.subdivision:
            return Pin(town.subdivision, inside, town.name, town.subdivision, km, f"{km:.0f} km from {town.name}")
        edge = self._shapes.km_to_edge(inside, lat, lon) if self._shapes else 0.0
        if not known and km <= 25 or edge < NEAR_BORDER_KM and km < min(edge + 4, 12):
            return Pin(town.subdivision, inside, town.name, town.subdivision, km, f"{km:.0f} km from {town.name}, at the edge of {inside}")
        return Pin(inside, inside, town.name, town.subdivision, km, f"inside {inside}, {km:.0f} km from {town.name}")

    def _nearest(self, lat: float, lon: float) -> tuple[Point | None, float]:
        low, high = bisect_left(self._lats, lat - BAND), bisect_right(self._lats, lat + BAND)
        near = ((distance(lat, lon, p.lat, p.lon), p) for p in self._points[low:high])
        km, town = min(near, key=lambda item: item[0], default=(math.inf, None))
        return (town, km) if km <= FAR_KM else (None, math.inf)


def distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Kilometres on the ground, well enough for the nearest of many."""
    x = (lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 111.2 * math.hypot(x, lat2 - lat1)


def _unpacked(steps: Sequence[int], grid: float) -> Ring:
    x = y = 0
    points = []
    for at in range(0, len(steps), 2):
        x, y = x + steps[at], y + steps[at + 1]
        points.append((x / grid, y / grid))
    return points


def _joined(ring: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    points: Ring = []
    for arc in ring:
        points += arcs[arc] if arc >= 0 else reversed(arcs[~arc])
    return points


def _box(rings: Sequence[Ring]) -> tuple[float, float, float, float]:
    lons, lats = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    return min(lons), min(lats), max(lons), max(lats)


def _crossings(ring: Ring, lat: float, lon: float) -> int:
    """How often a line to the east of the point crosses the ring."""
    count = 0
    x0, y0 = ring[-1]
    for x1, y1 in ring:
        if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
            count += 1
        x0, y0 = x1, y1
    return count


def _to_line(ring: Ring, lat: float, lon: float) -> float:
    scale = math.cos(math.radians(lat))
    best = math.inf
    x0, y0 = (ring[-1][0] - lon) * scale, ring[-1][1] - lat
    for lon1, lat1 in ring:
        x1, y1 = (lon1 - lon) * scale, lat1 - lat
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        part = 0.0 if not length else max(0.0, min(1.0, -(x0 * dx + y0 * dy) / length))
        best = min(best, (x0 + part * dx) ** 2 + (y0 + part * dy) ** 2)
        x0, y0 = x1, y1
    return 111.2 * math.sqrt(best)
