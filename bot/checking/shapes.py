"""Shapes: each file against its JSON Schema, the same that editors complete and check by."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import config
from bot.checking.fault import Fault, Spot, meant
from bot.checking.sources import BLOCKS, KEYWORDS, Sources
from config.files import read_text

SCHEMAS = Path(config.__file__).parent / "schemas"
# jsonschema reads international addresses by its grammars, which take a second to make; no schema here asks for one.
SLOW = "rfc3987_syntax"
_KINDS = {
    "string": "a text",
    "array": "a list, [one, two]",
    "object": "keys with values",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_MISSING = re.compile(r"'(.+)' is a required property")


def schema_of(file: str) -> str | None:
    """The name of the schema that a file follows; None for one that has none."""
    if file in (BLOCKS, KEYWORDS):
        return Path(file).stem
    folder, _, name = file.rpartition("/")
    if folder == "flows":
        return "flow"
    if folder == "signals":
        return "signals"
    stem = name.removesuffix(".yaml")
    return stem if folder in ("", "texts") and (SCHEMAS / f"{stem}.json").exists() else None


def shapes(sources: Sources) -> Iterator[Fault]:
    """Unknown and missing keys, and values of the wrong kind."""
    for file, marked in sources.yaml.items():
        name = schema_of(file)
        if name is not None:
            for error in _validator(name).iter_errors(_plain(marked.data)):
                yield from _told(sources, file, error)


@cache
def _validator(name: str) -> Any:
    # Lazily: only a check needs it, and it takes a fifth of a second.
    with _without(SLOW):
        from jsonschema import Draft202012Validator, validators

    checker = Draft202012Validator.TYPE_CHECKER.redefine("string", lambda _, value: isinstance(value, str | date))
    kind = validators.extend(Draft202012Validator, {"pattern": _pattern}, type_checker=checker)
    return kind(json.loads(read_text(SCHEMAS / f"{name}.json")))


@contextmanager
def _without(module: str) -> Iterator[None]:
    """What is imported meanwhile does without this module, if nothing else has imported it."""
    there = module in sys.modules
    if not there:
        sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if not there:
            del sys.modules[module]


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if isinstance(value, str) and re.search(pattern, value) is None:
        yield ValidationError(f"{value!r} does not fit")


def _plain(data: Any) -> Any:
    """The data with every key as a word, as JSON has it."""
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    return [_plain(item) for item in data] if isinstance(data, list) else data


def _steps(data: Any, path: list[Any]) -> tuple[Any, ...]:
    """The path with the keys as they stand in the file: 117 is no word there."""
    found: list[Any] = []
    for step in path:
        if isinstance(data, dict):
            step = next((key for key in data if str(key) == str(step)), step)
        found.append(step)
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            break
    return tuple(found)


def _told(sources: Sources, file: str, error: Any) -> Iterator[Fault]:
    steps = _steps(sources.yaml[file].data, list(error.absolute_path))
    here, name = sources.spot(file, *steps), next((step for step in reversed(steps) if isinstance(step, str)), file)
    value, wanted = error.instance, error.validator_value
    if error.validator == "additionalProperties" and wanted is False:
        known = error.schema.get("properties", {})
        for key in value.keys() - known.keys():
            yield sources.key(file, *steps, *_steps(sources.yaml[file].value(*steps), [key])).fault(
                f"{key} means nothing here; {meant(key, known)}"
            )
    elif error.validator == "anyOf":
        yield from _either(sources, file, error, here)
    elif error.parent is not None and error.validator == "pattern" and "propertyNames" in error.absolute_schema_path:
        yield _key_fault(sources, file, steps, value, "letters, digits and _ only, a letter first")
    elif "propertyNames" in error.absolute_schema_path:
        yield _key_fault(sources, file, steps, value, meant(value, wanted if isinstance(wanted, list) else ()))
    else:
        yield here.fault(_sentence(error, name, value, wanted))


def _key_fault(sources: Sources, file: str, steps: tuple[Any, ...], key: Any, mend: str) -> Fault:
    return sources.key(file, *steps, *_steps(sources.yaml[file].value(*steps), [key])).fault(f"{key} cannot be a key here; {mend}")


def _either(sources: Sources, file: str, error: Any, here: Spot) -> Iterator[Fault]:
    """Of several allowed shapes the one that was meant: the one whose kind of value fits."""
    meant_by = [inner for inner in error.context if inner.validator != "type" or len(inner.relative_path)]
    branches = {inner.schema_path[0] for inner in error.context}
    wrong_kind = {inner.schema_path[0] for inner in error.context if inner.validator == "type" and not inner.relative_path}
    right = branches - wrong_kind
    chosen = [inner for inner in meant_by if inner.schema_path[0] in right]
    if len(right) == 1 and chosen:
        for inner in chosen:
            yield from _told(sources, file, inner)
        return
    kinds = [_KINDS[one["type"]] for one in error.validator_value if isinstance(one.get("type"), str)]
    told = error.schema.get("description") or " or ".join(kinds) or "another kind of value"
    yield here.fault(f"{_short(error.instance)} does not fit here; wanted: {told}")


def _sentence(error: Any, name: str, value: Any, wanted: Any) -> str:
    kind = error.validator
    if kind == "required":
        found = _MISSING.search(error.message)
        return f"{found.group(1) if found else 'a key'} is missing here; add it"
    if kind == "enum":
        return f"{name} cannot be {_short(value)}; {meant(value, wanted)}"
    if kind == "type":
        kinds = wanted if isinstance(wanted, list) else [wanted]
        return f"{name} cannot be {_short(value)}; write {' or '.join(_KINDS[one] for one in kinds)}"
    if kind in ("minItems", "minProperties", "minLength"):
        return f"{name} is empty or too short; write at least {wanted}"
    if kind in ("maxItems", "maxProperties"):
        return f"{name} has more than {wanted}; {wanted} can be answered by one digit"
    if kind in ("minimum", "maximum"):
        return f"{name} cannot be {_short(value)}; {'at least' if kind == 'minimum' else 'at most'} {wanted}"
    told = error.schema.get("description")
    return f"{name} cannot be {_short(value)}; write {told or f'something like {wanted}'}"


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
