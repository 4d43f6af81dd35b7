"""Shapes of the subdivisions, made small: TopoJSON arcs, thinned, one file. Used by the build alone."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

Point = tuple[float, float]
GRID = 1000  # of a degree: a hundred metres
THIN = 0.006  # of a degree that a line may be off
COUNTRIES = {"khm": "KH", "chn": "CN", "lao": "LA", "mmr": "MM", "tha": "TH", "vnm": "VN"}
# Names in the source that no subdivision bears: whole regions stand for the one province that has no shape of its own there.
ODD = {
    "VN Đông Bắc": "VN-53",
    "VN Đông Nam Bộ": "VN-39",
    "VN Đồng Bằng Sông Hồng": "VN-66",
    "VN Ð?ng Tháp": "VN-45",
    "VN Hồ Chí Minh city": "VN-SG",
    "VN Quàng Nam": "VN-27",
    "LA Vientiane": "LA-VI",
    "LA Vientiane [prefecture]": "LA-VT",
    "CN Inner Mongol": "CN-NM",
    "CN Xizang": "CN-XZ",
    "KH Pouthisat": "KH-15",
    "KH Kâmpóng Spœ": "KH-5",
    "KH Stœng Trêng": "KH-19",
    "KH Krâchéh": "KH-10",
    "KH Rôtânôkiri": "KH-16",
    "KH Krong Pailin": "KH-24",
    "KH Krong Preah Sihanouk": "KH-18",
    "KH Siemréab": "KH-17",
    "KH Takêv": "KH-21",
    "KH Kândal": "KH-8",
    "TH Bangkok Metropolis": "TH-10",
    "TH Nan": "TH-55",
    "TH Tak": "TH-63",
    "KH Kâmpóng Thum": "KH-6",
    "LA Louangphrabang": "LA-LP",
    "LA Xaignabouri": "LA-XA",
}


def gather(sources: dict[str, dict[str, Any]], code_of: dict[tuple[str, str], str]) -> dict[str, Any]:
    """{"grid", "arcs": [[x, y, dx, dy, …]], "shapes": {code: [ring of arcs]}} of all; `code_of` by (country, plain name)."""
    arcs: list[list[int]] = []
    shapes: dict[str, list[list[int]]] = {}
    for letters, country in COUNTRIES.items():
        topology = sources[letters]
        base = len(arcs)
        arcs += [packed(thinned(unrolled(arc, topology["transform"]))) for arc in topology["arcs"]]
        for geometry in next(iter(topology["objects"].values()))["geometries"]:
            name = geometry["properties"]["name"]
            code = ODD.get(f"{country} {name}") or code_of.get((country, plain(name or "")))
            if code is not None:
                shapes.setdefault(code, []).extend(rings(geometry, base))
    return {"grid": GRID, "arcs": arcs, "shapes": dict(sorted(shapes.items()))}


def plain(name: str) -> str:
    """Letters alone, without accents: how two sources' spellings are compared."""
    return "".join(char for char in unicodedata.normalize("NFD", name.lower().replace("đ", "d")) if char.isascii() and char.isalpha())


def unrolled(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    """A delta-encoded arc in degrees."""
    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy, *_ in arc:
        x, y = x + dx, y + dy
        points.append((x * sx + tx, y * sy + ty))
    return points


def thinned(points: list[Point]) -> list[Point]:
    """Ramer, Douglas and Peucker, with the ends kept, so that neighbours still meet."""
    keep = {0, len(points) - 1}
    todo = [(0, len(points) - 1)]
    while todo:
        first, last = todo.pop()
        far, most = 0, 0.0
        for at in range(first + 1, last):
            off = away(points[at], points[first], points[last])
            if off > most:
                far, most = at, off
        if most > THIN:
            keep.add(far)
            todo += [(first, far), (far, last)]
    return [points[at] for at in sorted(keep)]


def away(point: Point, one: Point, other: Point) -> float:
    """Distance of a point from a line through two others, or from the one where they are the same."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = math.hypot(dx, dy)
    if not length:
        return math.hypot(point[0] - one[0], point[1] - one[1])
    return abs(dy * (point[0] - one[0]) - dx * (point[1] - one[1])) / length


def packed(points: list[Point]) -> list[int]:
    """Whole numbers on the grid, each as its step from the one before."""
    grid = [(round(x * GRID), round(y * GRID)) for x, y in points]
    steps = list(grid[0])
    for (x0, y0), (x1, y1) in zip(grid, grid[1:], strict=False):
        steps += [x1 - x0, y1 - y0]
    return steps


def rings(geometry: dict[str, Any], base: int) -> list[list[int]]:
    """Every ring of a polygon or several, as arc numbers; ~n is arc n walked backwards."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [[base + arc if arc >= 0 else ~(base + ~arc) for arc in ring] for polygon in polygons for ring in polygon]
