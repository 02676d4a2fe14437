"""The parser's tables, computed ahead so that no command waits for them.

``grammar.json`` holds the LALR(1) tables that lark computes from
``grammar.lark``. They are used only with the same grammar and the same lark;
otherwise they are computed anew, which takes a tenth of a second.
``make tables`` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLES = Path(__file__).with_name("grammar.json")


def parser(transformer: object, postlex: object) -> Lark:
    """The parser of the language, whose rules call ``transformer``."""
    saved = json.loads(TABLES.read_text(encoding="utf-8"), object_hook=_with_numbers) if TABLES.exists() else {}
    if saved.get("made_from") == made_from():
        load = cast(Callable[..., Lark], Lark._load_from_dict)
        return load(saved["data"], saved["memo"], transformer=transformer, postlex=postlex)
    return _computed(transformer=transformer, postlex=postlex)


def made_from() -> str:
    """What tables must be made from to be of use."""
    return f"lark {lark.__version__}, grammar {sha256(GRAMMAR.read_bytes()).hexdigest()}"


def write_tables() -> None:
    """Computes the tables and writes them to ``grammar.json``."""
    data, memo = _computed().memo_serialize([TerminalDef, Rule])
    saved = {"made_from": made_from(), "data": data, "memo": memo}
    TABLES.write_text(json.dumps(saved, separators=(",", ":")) + "\n", encoding="utf-8")


def _computed(**ours: Any) -> Lark:
    grammar = GRAMMAR.read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", keep_all_tokens=True, maybe_placeholders=False, **ours)


def _with_numbers(table: dict[str, Any]) -> dict[Any, Any]:
    """JSON has only strings as keys; lark's states are numbers."""
    return {int(key) if key.isdecimal() else key: value for key, value in table.items()}


if __name__ == "__main__":
    write_tables()
