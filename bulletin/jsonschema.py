"""A JSON Schema (draft 2020-12) of a kind of file, for programs that complete and check YAML.

It says less than the reader knows and must not say more: what the reader takes, it takes. Only
the spellings that fold to the same (full-width letters, capitals) are left to the reader.
"""

from __future__ import annotations

from typing import Any

from bulletin.dates import PATTERN
from bulletin.keys import Shape
from bulletin.schema import Choice, Field

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

# The reader takes every value as the text that was typed; YAML calls 014 a number, no a boolean.
_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
_EMPTY: Schema = {"type": "null"}
_SEPARATED = r"[、，,；;|]"
_WITH_BLANKS = r"[、，,；;|\s]"


def json_schema(title: str, fields: tuple[Field, ...]) -> Schema:
    """The schema of a mapping with these keys, under each of their names."""
    named = {field.name: field for field in fields}
    return {
        "$schema": DIALECT,
        "title": title,
        **_mapping(fields),
        "$defs": {name: _described(field) for name, field in named.items()},
    }


def _mapping(fields: tuple[Field, ...], inline: bool = False) -> Schema:
    """``inline`` mappings describe their keys on the spot, others below ``$defs``."""
    schema: Schema = {
        "type": "object",
        "properties": {
            name: _described(field) if inline else {"$ref": f"#/$defs/{field.name}"}
            for field in fields
            for name in field.names
        },
        "additionalProperties": False,
    }
    required = [field for field in fields if field.required]
    if required:
        schema["allOf"] = [_required(field) for field in required]
    return schema


def _required(field: Field) -> Schema:
    return {"anyOf": [{"required": [name]} for name in field.names]}


def _described(field: Field) -> Schema:
    said = [field.hint, f"例如 {field.example}" if field.example else ""]
    schema: Schema = {"title": field.label, "description": "。".join(filter(None, said))}
    return schema | _SHAPES[field.shape](field)


def _text(field: Field) -> Schema:
    if field.required:
        return {"type": ["string", "number"], "minLength": 1}
    return dict(_SCALAR)


def _moment(field: Field) -> Schema:
    day = {"type": "string", "pattern": f"^\\s*{PATTERN}\\s*$"}
    eight_digits = {"type": "integer", "minimum": 10_000_000, "maximum": 99_999_999}
    return _any_of(day, eight_digits, *(() if field.required else (_EMPTY,)))


def _url(field: Field) -> Schema:
    return _any_of({"type": "string", "pattern": "^\\s*[Hh][Tt][Tt][Pp][Ss]?://"}, _EMPTY)


def _number(field: Field) -> Schema:
    low, high = field.limits
    number = {"type": "integer", "minimum": low, "maximum": high}
    return _any_of(number, {"type": "string", "pattern": "^\\s*[0-9０-９]+\\s*$"}, _EMPTY)


def _choice(field: Field) -> Schema:
    return {"enum": [*_typed(field.choices), None]}


def _flag(field: Field) -> Schema:
    return {"enum": [True, False, *_typed(field.choices), None]}


def _words(field: Field) -> Schema:
    word = _SCALAR
    if field.choices:
        several = _WITH_BLANKS if field.shape is Shape.TERMS else _SEPARATED
        word = _any_of({"enum": _typed(field.choices)}, {"type": "string", "pattern": several})
    return _any_of({"type": "array", "items": word}, word, _EMPTY)


def _groups(field: Field) -> Schema:
    return {"type": "array", "items": {"type": "array", "items": _SCALAR}}


def _rows(field: Field) -> Schema:
    row = _mapping(field.inner, inline=True)
    if field.shape is Shape.MIXED:
        row = _any_of(row, _SCALAR)
    return _any_of({"type": "array", "items": row}, row, _EMPTY)


def _pairs(field: Field) -> Schema:
    if field.inner:
        return _any_of(_mapping(field.inner, inline=True), _EMPTY)
    return {"type": ["object", "null"]}


def _any_of(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def _typed(choices: tuple[Choice, ...]) -> list[str]:
    """What is to be written first: it is what completion offers first."""
    first = [choice.value for choice in choices]
    rest = (word for choice in choices for word in (choice.label, *choice.others))
    return list(dict.fromkeys([*first, *rest]))


_SHAPES = {
    Shape.TEXT: _text,
    Shape.PROSE: _text,
    Shape.NAME: _text,
    Shape.PICTURE: _text,
    Shape.MOMENT: _moment,
    Shape.URL: _url,
    Shape.NUMBER: _number,
    Shape.CHOICE: _choice,
    Shape.FLAG: _flag,
    Shape.WORDS: _words,
    Shape.NAMES: _words,
    Shape.TERMS: _words,
    Shape.GROUPS: _groups,
    Shape.ROWS: _rows,
    Shape.MIXED: _rows,
    Shape.PAIRS: _pairs,
}
