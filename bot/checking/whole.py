"""The whole check of a config folder, one part after the other, and the config as it would be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.checking import circles, desks, fires, flows, lines, numbers, places, rules, shapes, sms, texts, words
from bot.checking.fault import Fault, Spot
from bot.checking.outline import Outline, covered, origins, outlines
from bot.checking.sources import BLOCKS, PHRASES, ROUTING, SERVICES, URGENCY, Sources, read_sources
from bot.flows.build import build
from bot.flows.definition import FlowError
from config.alerts import read_alerts
from config.channels import FILE as CHANNELS
from config.channels import read_channels
from config.desks import read_routing, read_services
from config.flow_files import read_flows
from config.gazetteer import read_places, read_points, read_roles
from config.retention import read_retention
from config.texts import read_texts
from config.triage_rules import read_triage_rules
from triage.assess import Triage
from triage.places import Gazetteer

# What the strict builder names in its sentences, most telling first.
_NAMED = (
    r"there is no (?:option|effect|block|list|phrase|flow|step) (\S+?)[;,]?(?:\s|$)",
    r"leads to (\S+?),",
    r"answer or flag (\S+)",
    r"^(\S+) means nothing here",
    r", not (\S+)$",
    r"^(when|urgent|flags):",
)


@dataclass(frozen=True, slots=True)
class Report:
    """All faults of a folder, by file, line and column."""

    faults: tuple[Fault, ...]

    def of(self, *grades: str) -> tuple[Fault, ...]:
        """The faults of these grades."""
        return tuple(fault for fault in self.faults if fault.grade in grades)


def check_folder(folder: Path, today: date) -> Report:
    """Everything that is wrong in a config folder; never raises on what an operator can do to it."""
    if not folder.is_dir():
        return Report((Spot(".").fault(f"there is no folder {folder}; set HOTLINE_CONFIG to the one with flows/ and texts/"),))
    sources = read_sources(folder)
    found = [*sources.faults, *shapes.shapes(sources)]
    # The reader of channels.yaml has a word of its own for what its shape already says.
    told = {(fault.file, fault.line) for fault in found if fault.file == CHANNELS}
    found += [fault for fault in _meaning(sources, today) if (fault.file, fault.line) not in told]
    # What the strict readers refuse repeats what is told already: they speak only where nothing else was found.
    for last in (_strict, _use):
        if not any(fault.grade == "error" for fault in found):
            found += last(sources)
    return Report(tuple(sorted(set(found))))


def _meaning(sources: Sources, today: date) -> list[Fault]:
    book = outlines(sources)
    said = origins(sources, book)
    parts: tuple[Iterable[Fault], ...] = (
        flows.duplicates(sources, book),
        flows.names(sources, book),
        flows.branches(sources, book),
        flows.conditions(sources, book),
        flows.reach(sources, book),
        circles.calls(sources, book),
        circles.loops(sources, book),
        words.clashes(sources, book),
        words.doubles(sources, book),
        words.keywords(sources),
        words.answers(sources, book),
        sms.budget(sources, book, said),
        sms.buttons(sources, book),
        lines.described(sources),
        lines.one_way(sources),
        texts.phrases(sources),
        texts.missing(sources, said),
        texts.stale(sources, said),
        texts.drafts(sources, said),
        texts.doubles(sources, said),
        texts.placeholders(sources, said),
        texts.denied(sources, said, covered(sources, book)),
        desks.queues(sources),
        desks.alternates(sources),
        desks.empty(sources),
        desks.shadowed(sources),
        desks.doubles(sources),
        desks.languages(sources),
        numbers.unsourced(sources),
        numbers.uncalled(sources, today),
        numbers.doubles(sources),
        numbers.written_out(sources, said),
        places.unsourced(sources),
        places.codes(sources),
        places.overlapping(sources),
        places.doubles(sources),
        rules.concepts(sources),
        rules.dead(sources),
        rules.doubles(sources),
        fires.answers(sources, book),
    )
    return [fault for part in parts for fault in part]


def _strict(sources: Sources) -> Iterator[Fault]:
    """What the builder of flows refuses, at the place that its sentence names."""
    book = outlines(sources)
    raw = {
        "blocks": sources.data(BLOCKS),
        "keywords": sources.data("flows/keywords.yaml"),
        "phrases": sources.data(PHRASES),
        "flows": {flow.id: flow.data for flow in book},
    }
    try:
        build(raw, sms.Translator(sources))
    except FlowError as error:
        for sentence in error.faults:
            where, _, text = sentence.partition(": ")
            yield _place(sources, book, where, text).fault(f"{text} ({where})")


def _place(sources: Sources, book: tuple[Outline, ...], where: str, text: str) -> Spot:
    flow_name, _, step = where.replace(".", "/").partition("/")
    flow = next((flow for flow in book if flow.id == flow_name), None)
    if flow is None:
        return sources.key(PHRASES) if flow_name == "phrases" else sources.key(BLOCKS, flow_name)
    item = next((item for item in flow.items if item.id == step), None)
    file, steps, here = (item.file, item.steps, item.own) if item else (flow.file, (), sources.spot(flow.file, "flow"))
    for pattern in _NAMED:
        found = re.search(pattern, text)
        mark = sources.yaml[file].find(found.group(1), *steps) if found else None
        if mark is not None:
            return Spot(file, mark.line, mark.column)
    return here


def _use(sources: Sources) -> Iterator[Fault]:
    """Builds what the processes build, so that nothing which they cannot use is ever taken."""
    folder = sources.folder

    uses: tuple[tuple[str, Callable[[], object]], ...] = (
        ("flows", lambda: build(read_flows(folder), read_texts(folder / "texts").translate)),
        (ROUTING, lambda: read_routing(folder)),
        (SERVICES, lambda: read_services(folder, demo=True)),
        (URGENCY, lambda: build_triage(folder)),
        ("channels.yaml", lambda: read_channels(folder)),
        ("alerts.yaml", lambda: read_alerts(folder, "")),
        ("retention.yaml", lambda: read_retention(folder)),
    )
    for file, use in uses:
        try:
            use()
        except Exception as error:  # whatever an operator wrote: it is told, and the last good config stays
            yield Spot(file).fault(f"this cannot be used ({type(error).__name__}: {error}); compare it with the shipped one")


def build_triage(folder: Path) -> Triage:
    """Triage as the processes build it."""
    gazetteer = Gazetteer(read_places(folder / "places"), read_roles(folder / "places"), read_points(folder / "places"))
    return Triage(read_triage_rules(folder), gazetteer)
