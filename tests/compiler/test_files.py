"""Which files a spec may use, and what is said of those that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netc.compiler.compile import check_source, load
from netc.compiler.diagnostics import Diagnostic, Problem, SpecError
from netc.compiler.graph import Graph
from netc.compiler.parse import LARGEST_TEXT
from netc.compiler.program import read_source

BLOCKS = "block stage(width) {\n  conv(width, 3x3)\n}\n"
NET = "net N {\n  input image: 3x32x32\n  a = stage(8)\n}\n"


def write(folder: Path, **texts: str) -> Path:
    """Files of these names; the first of them is returned."""
    for name, text in texts.items():
        (folder / f"{name}.net").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(texts))}.net"


def mistakes(path: Path) -> list[Diagnostic]:
    return [diagnostic for result in check_source(read_source(path)) for diagnostic in result.diagnostics]


def the_mistake(path: Path) -> Diagnostic:
    (diagnostic,) = mistakes(path)
    return diagnostic


def test_a_neighbour_is_used(tmp_path: Path) -> None:
    path = write(tmp_path, main=f'use stage from "blocks.net"\n{NET}', blocks=BLOCKS)
    graph = load(path)
    assert [layer.name for layer in graph.layers] == ["a.conv"]
    assert graph.layers[0].file == "blocks.net"
    assert graph.layers[0].line == 2


def test_names_in_a_file_below_are_relative_to_that_file(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    write(tmp_path / "parts", stages='use unit from "units.net"\nblock stage(width) {\n  unit(width)\n}\n',
          units="block unit(width) {\n  conv(width, 3x3)\n}\n")  # fmt: skip
    graph = load(write(tmp_path, main=f'use stage from "parts/stages.net"\n{NET}'))
    assert [layer.name for layer in graph.layers] == ["a.unit.conv"]


def test_a_file_that_two_others_use_is_read_once(tmp_path: Path) -> None:
    one = 'use stage from "blocks.net"\nblock one {\n  stage(4)\n}\n'
    two = 'use stage from "blocks.net"\nblock two {\n  stage(8)\n}\n'
    main = 'use one from "one.net"\nuse two from "two.net"\nnet N {\n  input image: 3x32x32\n  one -> two\n}\n'
    graph = load(write(tmp_path, main=main, one=one, two=two, blocks=BLOCKS))
    assert [layer.shape[0] for layer in graph.layers] == [4, 8]


def test_a_used_file_shows_only_what_is_named(tmp_path: Path) -> None:
    other = BLOCKS + "block hidden {\n  relu\n}\n"
    main = 'use stage from "other.net"\nnet N {\n  input image: 3x32x32\n  stage(8) -> hidden\n}\n'
    assert the_mistake(write(tmp_path, main=main, other=other)).code == "E202"


def test_a_block_that_did_not_parse_is_not_missing_too(tmp_path: Path) -> None:
    other = "block stage{width) {\n  relu\n}\nblock more {\n  relu\n}\n"
    path = write(tmp_path, main=f'use stage, more from "other.net"\n{NET}', other=other)
    assert the_mistake(path).code == "E101"


def test_a_mark_of_the_byte_order_and_windows_newlines_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "main.net"
    path.write_bytes(b"\xef\xbb\xbf" + (BLOCKS + NET).replace("\n", "\r\n").encode())
    assert load(path).layers[0].line == 2


def test_a_mistake_in_a_text_with_windows_newlines_is_in_its_line(tmp_path: Path) -> None:
    path = tmp_path / "main.net"
    path.write_bytes(NET.replace("stage(8)", "stag(8)").replace("\n", "\r\n").encode())
    span = the_mistake(path).span
    assert span is not None
    assert (span.line, span.column) == (3, 7)


def no_file(path: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        read_source(path, path.name)
    assert caught.value.diagnostic.code == "E801"
    return caught.value


def test_files_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "binary.net").write_bytes(bytes(range(256)))
    assert "not a text in UTF-8: byte 128" in str(no_file(tmp_path / "binary.net"))
    (tmp_path / "wide.net").write_text(NET, encoding="utf-16")
    assert "not a text in UTF-8: byte 0" in str(no_file(tmp_path / "wide.net"))
    assert no_file(tmp_path).diagnostic.message == f"{tmp_path.name} is not a file"
    assert "No such file" in str(no_file(tmp_path / "missing.net"))


def test_a_file_that_would_never_end_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.net")
    assert no_file(tmp_path / "pipe.net").diagnostic.message == "pipe.net is not a file"
    assert no_file(Path("/dev/zero")).diagnostic.message == "zero is not a file"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.net"
    with path.open("wb") as file:
        file.truncate(4 * LARGEST_TEXT + 1)
    assert no_file(path).diagnostic.message == "large.net is too large"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.write_bytes(b"\xff\xfe")])
def test_a_use_of_what_is_no_text_is_reported_at_the_use(tmp_path: Path, make: object) -> None:
    make(tmp_path / "odd.net")  # type: ignore[operator]
    mistake = the_mistake(write(tmp_path, main='use stage from "odd.net"\n' + NET))
    assert mistake.code == "E801"
    assert mistake.span is not None
    assert mistake.span.text == '"odd.net"'


@pytest.mark.parametrize("written", ["../blocks.net", "sub/../../blocks.net", "/etc/passwd", "/dev/zero"])
def test_a_file_outside_the_folder_is_not_opened(tmp_path: Path, written: str) -> None:
    (tmp_path / "here" / "sub").mkdir(parents=True)
    write(tmp_path, blocks=BLOCKS)
    mistake = the_mistake(write(tmp_path / "here", main=f'use stage from "{written}"\n{NET}'))
    assert (mistake.code, mistake.message) == ("E802", f"`{written}` is outside the folder of the spec")


def test_a_link_does_not_lead_outside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    write(tmp_path, blocks=BLOCKS)
    (tmp_path / "here" / "blocks.net").symlink_to(tmp_path / "blocks.net")
    (tmp_path / "here" / "up").symlink_to(tmp_path)
    main = write(tmp_path / "here", main=f'use stage from "blocks.net"\n{NET}')
    assert the_mistake(main).code == "E802"
    main = write(tmp_path / "here", main=f'use stage from "up/blocks.net"\n{NET}')
    assert the_mistake(main).code == "E802"


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    write(tmp_path, blocks=BLOCKS)
    (tmp_path / "alias.net").symlink_to("blocks.net")
    assert load(write(tmp_path, main=f'use stage from "alias.net"\n{NET}')).layers


def test_links_that_lead_to_each_other_are_reported(tmp_path: Path) -> None:
    (tmp_path / "one.net").symlink_to("two.net")
    (tmp_path / "two.net").symlink_to("one.net")
    assert the_mistake(write(tmp_path, main=f'use stage from "one.net"\n{NET}')).code == "E801"


def test_a_circle_of_three_files_names_every_use(tmp_path: Path) -> None:
    main = write(
        tmp_path, main=f'use stage from "one.net"\n{NET}', one='use b from "two.net"\n' + BLOCKS,
        two='use c from "three.net"\nblock b {\n  relu\n}\n', three='use stage from "one.net"\nblock c {\n  relu\n}\n',
    )  # fmt: skip
    mistake = the_mistake(main)
    assert mistake.code == "E603"
    assert str(mistake.span).startswith("three.net:1:")
    assert [note.text for note in mistake.notes] == ["two.net is used here", "three.net is used here"]


def test_a_text_without_a_file_uses_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, blocks=BLOCKS)
    monkeypatch.chdir(tmp_path)
    assert load(f'use stage from "blocks.net"\n{NET}').layers
    with pytest.raises(SpecError, match="E802"):
        load(f'use stage from "../blocks.net"\n{NET}')


def test_shipped_specs_are_used_by_name(tmp_path: Path) -> None:
    main = 'use LeNet5 from "zoo:lenet5"\nnet Mine = LeNet5(classes = 5)\n'
    assert load(write(tmp_path, main=main)).layers[-1].shape == (5,)


# ---- the names by which a user asks for a spec


def test_a_net_of_a_file_is_picked_by_its_name_and_the_last_one_without(tmp_path: Path) -> None:
    path = write(
        tmp_path, nets=NET.replace("stage(8)", "fc(8)") + NET.replace("N {", "M {").replace("stage(8)", "relu")
    )
    assert load(path).net == "M"
    assert load(f"{path}:N").net == "N"
    assert load(path, net="N").net == "N"


def failure(spec: str | Path, **given: object) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        load(spec, **given)  # type: ignore[arg-type]
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def test_a_net_that_a_file_does_not_have(tmp_path: Path) -> None:
    path = write(tmp_path, nets=NET.replace("stage(8)", "fc(8)").replace("net N", "net Small"))
    missing = failure(f"{path}:Smal")
    assert (missing.code, missing.hint) == ("E206", "did you mean `Small`?")
    assert failure(f"{path}:Other").hint == "it has Small"


def test_a_parameter_that_a_net_does_not_have() -> None:
    missing = failure("zoo:lenet5:LeNet5", clases=5)
    assert (missing.code, missing.hint) == ("E301", "did you mean `classes`?")


def test_a_spec_that_is_not_shipped_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert failure("zoo:lenett5").hint == "did you mean `lenet5`?"
    write(tmp_path, lenet=NET)
    assert failure(tmp_path / "lenett.net").hint == "did you mean `lenet.net`?"


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("zoo:LeNet5", "did you mean `lenet5`?"),
        ("zoo:resnet50", "`zoo:resnet` has ResNet50; on the command line it is `zoo:resnet:ResNet50`"),
        ("zoo:ResNet-50", "`zoo:resnet` has ResNet50; on the command line it is `zoo:resnet:ResNet50`"),
        ("zoo:lenet5.net", "did you mean `lenet5`?"),
        ("alexnet.net", "the shipped spec is called `zoo:alexnet`"),
        ("somewhere/vgg_16.net", "`zoo:vgg` has VGG16; on the command line it is `zoo:vgg:VGG16`"),
        ("nobody_knows.net", None),
    ],
)
def test_a_shipped_net_is_found_by_what_people_call_it(
    spec: str, hint: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert failure(spec).hint == hint
    assert failure("zoo:" + 300 * "a").code == "E801"


def test_a_file_of_blocks_has_no_net_to_load(tmp_path: Path) -> None:
    assert failure(write(tmp_path, blocks=BLOCKS)).code == "E605"
    assert mistakes(tmp_path / "blocks.net") == []


@pytest.mark.parametrize(("spec", "net"), [("zoo:lenet5:LeNet5", "LeNet5"), ("zoo:alexnet:AlexNet", "AlexNet")])
def test_shipped_specs_are_loaded_by_name(spec: str, net: str) -> None:
    graph = load(spec)
    assert isinstance(graph, Graph)
    assert graph.net == net
