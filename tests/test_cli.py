"""The command line as a user meets it: what is printed where, exit codes, and files left alone."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from netc.backends.figure.theme import THEMES
from netc.cli import main

SMALL = "net Small(classes = 10) {\n  input image: 1x8x8\n  c = conv(4, 3x3) -> relu\n  f = fc(classes)\n}\n"
BAD = "net Bad {\n  input image: 1x8x8\n  c = cnv(4, 3x3)\n  d = conv(4, 3x3, stide = 2)\n}\n"
TWO = SMALL + "\nnet Other {\n  input image: 1x8x8\n  f = fc(3)\n}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a few specs."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"small.net": SMALL, "bad.net": BAD, "two.net": TWO}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def netc(*arguments: str, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(main, arguments, input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_check_says_what_it_found(folder: Path) -> None:
    result = netc("check", "small.net")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "ok  small.net: Small, 3 layers, 1,490 parameters\n"


def test_check_goes_on_after_a_bad_file(folder: Path) -> None:
    result = netc("check", "bad.net", "small.net")
    assert result.exit_code == 1
    assert "bad.net:3:7" in result.stderr
    assert "bad.net:4:20" in result.stderr
    assert "bad.net: 2 errors" in result.stderr
    assert "ok  small.net" in result.stdout


def test_check_json(folder: Path) -> None:
    result = netc("check", "--json", "bad.net", "two.net")
    bad, two = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [(item["code"], item["line"], item["column"]) for item in bad["diagnostics"]] == [
        ("E202", 3, 7),
        ("E301", 4, 20),
    ]
    assert two["ok"]
    assert [net["net"] for net in two["nets"]] == ["Small", "Other"]


@pytest.mark.parametrize("name", ["small.pt", "small.net", "small.onx"])
def test_build_writes_no_other_files(folder: Path, name: str) -> None:
    result = netc("build", "small.net", "-o", name)
    assert result.exit_code == 2
    assert f"`{Path(name).suffix}` is nothing that netc builds: -o net.py or -o net.onnx" in result.stderr


@pytest.mark.parametrize("stage", ["tokens", "ast", "graph"])
def test_every_stage_can_be_printed(folder: Path, stage: str) -> None:
    result = netc("check", "--emit", stage, "small.net")
    assert result.exit_code == 0
    assert "conv" in result.stdout
    if stage != "tokens":
        assert json.loads(result.stdout)


def test_the_last_net_is_meant_and_netc_says_so(folder: Path) -> None:
    result = netc("show", "two.net", "--json")
    assert json.loads(result.stdout)["net"] == "Other"
    assert "two.net also defines Small; this is Other, the last" in result.stderr
    for picked in (("two.net:Small",), ("two.net", "--net", "Small")):
        result = netc("show", "--json", *picked)
        assert json.loads(result.stdout)["net"] == "Small"
        assert result.stderr == ""


def test_standard_input_and_shipped_specs(folder: Path) -> None:
    assert json.loads(netc("show", "-", "--json", stdin=SMALL).stdout)["parameters"] == 1490
    assert json.loads(netc("show", "zoo:lenet5", "--json").stdout)["parameters"] == 60_000
    assert "<stdin>:3:7" in netc("show", "-", stdin=BAD).stderr


def test_a_parameter_is_set(folder: Path) -> None:
    shape = json.loads(netc("show", "small.net", "--set", "classes=3", "--json").stdout)["layers"][-1]["shape"]
    assert shape == [3]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "bad.net"], 1, "bad.net:3:7"),
        (["build", "bad.net"], 1, "bad.net:3:7"),
        (["draw", "bad.net", "-o", "x.svg"], 1, "bad.net:3:7"),
        (["show", "smal.net"], 2, "did you mean `small.net`?"),
        (["show", "zoo:lenet"], 2, "did you mean `lenet5`?"),
        (["show", "two.net:Smal"], 2, "did you mean `Small`?"),
        (["show", "small.net", "--set", "clases=3"], 2, "did you mean `classes`?"),
        (["show", "small.net", "--set", "classes"], 2, "NAME=VALUE"),
        (["show", "small.net", "--set", "classes=conv("], 2, "NAME=VALUE"),
        (["show", "small.net", "--set", "classes=0"], 1, "1 or more"),
        (["show", "small.net", "--set", "classes=3", "--set", "classes=4"], 2, "gives the parameter `classes` twice"),
        (["show", "small.net", "--set", "classes=relo"], 2, "unknown op or block `relo`"),
        (["show", "small.net", "--set", "classes=relu"], 1, "found: relu, an op"),
        (["show"], 2, "Missing argument"),
        (["explain", "cnv"], 2, "did you mean `conv`?"),
        (["draw", "small.net", "-o", "x.bmp"], 2, "bmp"),
        (["draw", "small.net"], 2, "where to?"),
        (["draw", "small.net", "-o", "x.svg", "--for", "slid"], 2, "did you mean `slide`?"),
        (["draw", "small.net", "-o", "x.svg", "--label", "shap"], 2, "did you mean `shape`?"),
        (["draw", "small.net", "-o", "x.svg", "--colour", "hue"], 2, "unknown colour `hue`"),
        (["draw", "small.net", "-o", "x.svg", "--background", "blu"], 2, "unknown background `blu`"),
        (["draw", "small.net", "-o", "x.svg", "--dpi", "300"], 2, "--dpi is for PNG"),
        (["draw", "small.net", "-o", "x.svg", "--scale", "log"], 2, "the style `blocks` has no `scale`"),
        (["draw", "small.net", "-o", "x.svg", "--steps", "row"], 2, "unknown step `row`"),
        (["draw", "small.net", "-o", "x.svg", "-f", "svg,gv"], 2, "several formats need a folder"),
        (["draw", "small.net", "two.net", "-o", "x.svg"], 2, "several specs need a folder"),
        (["draw", "small.net", "two.net", "-o", "x.svg", "-o", "f/"], 2, "several specs need a folder"),
        (["draw", "small.net", "./small.net", "-o", "f/"], 2, "two figures would be written to f/small.svg"),
        (["draw", "small.net", "-o", "-", "-o", "-"], 2, "two figures would be written to standard output"),
        (["draw", "--diff", "small.net", "-o", "x.svg"], 2, "--diff draws two specs"),
        (["draw", "small.net", "-o", ""], 2, "-o needs a file"),
        (["draw", "small.net", "-o", "x"], 2, "x does not say its format"),
        (["draw", "small.net", "-o", "f/", "-f", "svg,"], 2, "`svg,` has an empty place"),
        (["draw", "small.net", "-o", "f/", "-f", ""], 2, "`` has an empty place"),
        (["draw", "small.net", "--lint", "--style", "dot"], 2, "--lint measures what netc lays out"),
        (["draw", "small.net", "-o", "small.net/x.svg"], 2, "Error: cannot write small.net/x.svg"),
        (["slides", "small.net", "-o", "talk"], 2, "talk does not say its format"),
        (["slides", "small.net", "-o", "talk.svg"], 2, "expected: pdf, tex, pptx\n"),
        (["draw", "small.net", "-o", "x.svg", "--style", "volume"], 2, "volume"),
        (["draw", "small.net", "-o", "x.svg", "--theme", "drak"], 2, "drak"),
        (["draw", "small.net", "-o", "x.gv", "--theme", "drak"], 2, "drak"),
        (["draw", "small.net", "-o", "x.gv", "--style", "volume"], 2, "volume"),
        (["check", "."], 2, "not a file"),
    ],
)
def test_exit_codes(folder: Path, arguments: list[str], code: int, said: str) -> None:
    before = sorted(folder.iterdir())
    result = netc(*arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == ""
    assert sorted(folder.iterdir()) == before


def test_standard_input_that_is_no_text(folder: Path) -> None:
    result = netc("check", "-", stdin=b"net \xff\xfe")
    assert result.exit_code == 2
    assert "UTF-8" in result.stderr


def test_a_failed_expectation_warns_and_fails_the_check(folder: Path) -> None:
    Path("claim.net").write_text(SMALL.replace("\n}", "\n  expect parameters == 7\n}"))
    assert netc("check", "claim.net").exit_code == 1
    shown = netc("show", "claim.net", "--json")
    assert shown.exit_code == 0
    assert "warning[E701]" in shown.stderr
    assert netc("show", "claim.net", "--json", "--set", "classes=3").stderr == ""


class TestBuild:
    def test_to_standard_output(self, folder: Path) -> None:
        result = netc("build", "small.net")
        assert result.exit_code == 0
        compile(result.stdout, "small.py", "exec")
        assert "class Small(nn.Module):" in result.stdout

    def test_a_file_of_the_users_is_left_alone(self, folder: Path) -> None:
        Path("mine.py").write_text("print('my work')\n")
        result = netc("build", "small.net", "-o", "mine.py")
        assert result.exit_code == 2
        assert "--force" in result.stderr
        assert Path("mine.py").read_text() == "print('my work')\n"
        assert netc("build", "small.net", "-o", "mine.py", "--force").exit_code == 0
        assert netc("build", "small.net", "-o", "mine.py").exit_code == 0, "what netc wrote it may replace"

    def test_never_over_a_spec(self, folder: Path) -> None:
        for command in ("build", "draw"):
            assert netc(command, "small.net", "-o", "small.net").exit_code == 2
        assert Path("small.net").read_text() == SMALL

    def test_a_folder_that_cannot_be_written(self, folder: Path) -> None:
        result = netc("build", "small.net", "-o", "small.net/x.py")
        assert result.exit_code == 2
        assert "cannot write" in result.stderr

    def test_what_is_no_file_is_not_replaced(self, folder: Path) -> None:
        Path("x.py").mkdir()
        for target in ("x.py", "a" * 300 + ".py"):
            result = netc("build", "small.net", "-o", target)
            assert (result.exit_code, "cannot write" in result.stderr) == (2, True), result.stderr
        os.mkfifo("pipe")
        reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
        try:
            assert netc("build", "small.net", "-o", "pipe").exit_code == 0
            assert os.read(reader, 3) == b'"""'
        finally:
            os.close(reader)
        assert Path("pipe").is_fifo()

    def test_a_link_stays_a_link(self, folder: Path) -> None:
        Path("link.py").symlink_to("real.py")
        assert netc("build", "small.net", "-o", "link.py").exit_code == 0
        assert Path("link.py").is_symlink()
        assert Path("real.py").read_text().startswith('"""')

    def test_same_bytes_each_time(self, folder: Path) -> None:
        assert netc("build", "small.net").stdout == netc("build", "small.net").stdout


@pytest.mark.parametrize("spec", ["a" * 300, "a:" * 3000, "a\nb", "-"])
def test_a_spec_that_cannot_be_read_is_one_sentence(spec: str) -> None:
    closed_input = ["sh", "-c", 'exec "$@" <&-', "sh"]
    command = [*closed_input, sys.executable, "-m", "netc.cli", "check", spec]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.startswith("error[E801]: cannot read")) == (2, True), done.stderr


def test_an_output_without_lines_and_arrows_still_shows_the_table(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "netc.cli", "show", "small.net"],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "1,490" in done.stdout


def test_draw_several_files(folder: Path) -> None:
    result = netc("draw", "small.net", "-o", "a/x.svg", "-o", "x.gv")
    assert result.exit_code == 0, result.stderr
    assert Path("a/x.svg").read_text().startswith("<svg")
    assert "digraph" in Path("x.gv").read_text()
    assert not [path for path in folder.rglob(".*") if path.is_file()], "no temporary file is left"


def test_draw_to_standard_output_is_svg(folder: Path) -> None:
    assert netc("draw", "small.net", "-o", "-").stdout.startswith("<svg")
    assert "digraph" in netc("draw", "small.net", "-o", "-", "-f", "gv").stdout


def test_formats_and_endings_in_capitals(folder: Path) -> None:
    assert netc("draw", "small.net", "-o", "X.SVG").exit_code == 0
    assert Path("X.SVG").read_text().startswith("<svg")
    assert netc("draw", "small.net", "--check", "X.SVG").exit_code == 0
    assert "digraph" in netc("draw", "small.net", "-o", "-", "-f", "GV").stdout


def test_a_full_disk_is_one_sentence(folder: Path) -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "netc.cli", "draw", "small.net", "-o", "-"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "Error: cannot write to standard output: No space left on device\n")


def on_a_terminal(*arguments: str) -> tuple[int, str]:
    """The exit code of a command, and what a terminal gets of it."""
    leader, follower = os.openpty()
    command = [sys.executable, "-m", "netc.cli", *arguments]
    with subprocess.Popen(command, stdout=follower, stderr=follower, close_fds=True) as process:
        os.close(follower)
        said = b""
        with contextlib.suppress(OSError):  # EIO: the command has ended
            while more := os.read(leader, 65536):
                said += more
    os.close(leader)
    return process.returncode, said.decode()


def test_a_progress_bar_and_notes_have_lines_of_their_own(folder: Path) -> None:
    code, said = on_a_terminal("draw", "small.net", "two.net", "-o", "figures/")
    assert code == 0
    assert "50%" in said
    assert "100%" in said
    assert "\x1b[2Knote: two.net also defines" in said, "the bar is taken away first"
    code, said = on_a_terminal("draw", "small.net", "bad.net", "-o", "figures/")
    assert code == 1
    assert "\x1b[2Kerror[E202]" in said
    assert "%" not in on_a_terminal("draw", "small.net", "-o", "x.svg")[1], "one figure needs no bar"


def test_no_binary_file_goes_to_a_terminal(folder: Path) -> None:
    assert on_a_terminal("draw", "small.net", "-o", "-")[1].startswith("<svg")
    for form in ("png", "pdf", "pptx"):
        code, said = on_a_terminal("draw", "small.net", "-o", "-", "-f", form)
        assert (code, said.startswith("Error: this is not for a terminal")) == (2, True), said


def test_draw_many_specs_into_a_folder(folder: Path) -> None:
    result = netc("draw", "small.net", "two.net:Small", "zoo:lenet5", "-o", "figures/", "-f", "svg,gv")
    assert result.exit_code == 0, result.stderr
    names = {f"{stem}.{ending}" for stem in ("small", "two-Small", "lenet5") for ending in ("svg", "gv")}
    assert {path.name for path in Path("figures").iterdir()} == names


def test_a_file_of_the_users_stops_all_of_a_batch(folder: Path) -> None:
    Path("figures").mkdir()
    Path("figures/two.svg").write_text("<svg>mine</svg>")
    result = netc("draw", "small.net", "two.net", "-o", "figures")
    assert result.exit_code == 2
    assert "figures/two.svg exists and netc did not write it" in result.stderr
    assert [path.name for path in Path("figures").iterdir()] == ["two.svg"]


def test_a_look_does_not_apply_to_graphviz_and_netc_says_so(folder: Path) -> None:
    assert netc("draw", "small.net", "-o", "x.gv").stderr == ""
    assert "options of the look do not apply" in netc("draw", "small.net", "-o", "x.gv", "--for", "slide-half").stderr


def test_a_background(folder: Path) -> None:
    assert "<rect width=" not in netc("draw", "small.net", "-o", "-").stdout
    assert 'fill="#FFFFFF"/>' in netc("draw", "small.net", "-o", "-", "--background", "theme").stdout
    assert 'fill="#12AB00"/>' in netc("draw", "small.net", "-o", "-", "--background", "#12ab00").stdout


def test_tikz_is_the_format_of_tex_files(folder: Path) -> None:
    assert netc("draw", "small.net", "-o", "figures/", "-f", "tikz,pptx").exit_code == 0
    assert {path.name for path in Path("figures").iterdir()} == {"small.tex", "small.pptx"}
    assert "tikzpicture" in netc("draw", "small.net", "-o", "-", "-f", "tikz").stdout


@pytest.mark.parametrize("ending", ["svg", "pdf", "png", "tex", "pptx", "gv"])
def test_a_figure_knows_whether_it_is_up_to_date(folder: Path, ending: str) -> None:
    for _ in range(2):  # what netc wrote it may write again
        assert netc("draw", "small.net", "-o", f"x.{ending}").exit_code == 0
    checked = netc("draw", "small.net", "--check", f"x.{ending}")
    assert (checked.exit_code, "up to date" in checked.stdout) == (0, True)
    assert netc("draw", "small.net", "--set", "classes=3", "--check", f"x.{ending}").exit_code == 1
    Path(f"x.{ending}").write_bytes(b"mine")
    refused = netc("draw", "small.net", "-o", f"x.{ending}")
    assert (refused.exit_code, Path(f"x.{ending}").read_bytes()) == (2, b"mine")


def test_figures_of_several_nets_know_them_all(folder: Path) -> None:
    assert netc("draw", "--diff", "two.net:Small", "two.net:Other", "-o", "x.svg").exit_code == 0
    assert netc("slides", "two.net:Small", "two.net:Other", "-o", "x.pdf").exit_code == 0
    for path in ("x.svg", "x.pdf"):
        checked = netc("draw", "two.net:Small", "two.net:Other", "--check", path)
        assert (checked.exit_code, checked.stdout.count("is up to date")) == (0, 2)
    assert netc("draw", "--diff", "two.net:Small", "two.net:Other", "--check", "x.svg").exit_code == 0
    assert netc("draw", "two.net:Small", "--set", "classes=3", "--check", "x.svg").exit_code == 1


def test_beamer_goes_into_a_folder_as_tex(folder: Path) -> None:
    assert netc("draw", "small.net", "-o", "figures/", "-f", "beamer,svg").exit_code == 0
    assert {path.name for path in Path("figures").iterdir()} == {"small.tex", "small.svg"}
    both = netc("draw", "small.net", "-o", "figures/", "-f", "beamer,tex")
    assert (both.exit_code, "two figures would be written to figures/small.tex" in both.stderr) == (2, True)


def test_letters_that_a_format_lacks_are_told(folder: Path) -> None:
    Path("odd.net").write_text(SMALL.replace("{\n", '{\n  about { title = "Net 卷" }\n', 1))
    drawn = netc("draw", "odd.net", "-o", "x.pdf")
    assert drawn.exit_code == 0, drawn.stderr
    assert "pdf has an empty box for 卷" in drawn.stderr
    assert netc("draw", "odd.net", "-o", "x.svg").stderr == ""


def test_a_difference_that_is_too_small_for_its_page_is_told(folder: Path) -> None:
    two = ("draw", "zoo:alexnet:AlexNetMerged", "zoo:alexnet:AlexNet", "--diff", "-o", "x.svg")
    assert "and `slide` asks for 12 pt" in netc(*two).stderr
    assert netc(*two, "--for", "40x30in").stderr == ""


def test_the_help_names_every_theme() -> None:
    for command in ("draw", "slides"):
        assert all(name in netc(command, "--help").stdout for name in THEMES)


def test_examples_in_the_help_stand_one_on_a_line() -> None:
    for command in main.commands:
        assert "\\b" not in netc(command, "--help").stdout
    assert "\n    netc zoo resnet\n" in netc("zoo", "--help").stdout


def test_draw_writes_all_or_nothing(folder: Path) -> None:
    assert netc("draw", "small.net", "-o", "x.svg", "-o", "x.bmpp").exit_code == 2
    assert not Path("x.svg").exists()


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot of Graphviz is not installed")
@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_pictures_by_dot_may_be_drawn_again(folder: Path, ending: str) -> None:
    for _ in range(2):
        assert netc("draw", "small.net", "-o", f"x.{ending}", "--style", "dot").exit_code == 0
    assert netc("draw", "small.net", "--check", f"x.{ending}").exit_code == 0
    assert netc("draw", "small.net", "--set", "classes=3", "--check", f"x.{ending}").exit_code == 1


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot of Graphviz is not installed")
def test_dot_draws_svg_too_where_it_is_asked_to(folder: Path) -> None:
    assert netc("draw", "small.net", "-o", "x.svg", "--style", "dot").exit_code == 0
    assert "graphviz" in Path("x.svg").read_text()


def test_without_dot_one_sentence_says_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for arguments in (["-o", "x.pdf", "--style", "dot"], ["-o", "x.svg", "--style", "dot"]):
        result = netc("draw", "small.net", *arguments)
        assert result.exit_code == 2
        assert "Graphviz" in result.stderr
        assert not list(folder.glob("x.*"))


class TestFormat:
    UGLY = "net A{\n input image:1x8x8\nf=fc( 3 )  # three\n}\n"
    TIDY = "net A {\n  input image: 1x8x8\n  f = fc(3)  # three\n}\n"

    def test_in_place(self, folder: Path) -> None:
        Path("a.net").write_text(self.UGLY)
        assert netc("fmt", "a.net").exit_code == 0
        assert Path("a.net").read_text() == self.TIDY
        assert netc("fmt", "--check", "a.net").exit_code == 0

    def test_check_and_diff_change_nothing(self, folder: Path) -> None:
        Path("a.net").write_text(self.UGLY)
        checked, diffed = netc("fmt", "--check", "a.net"), netc("fmt", "--diff", "a.net")
        assert checked.exit_code == diffed.exit_code == 1
        assert "not formatted: a.net" in checked.stderr
        assert "+  f = fc(3)  # three\n" in diffed.stdout
        assert Path("a.net").read_text() == self.UGLY

    def test_standard_input(self) -> None:
        assert netc("fmt", "-", stdin=self.UGLY).stdout == self.TIDY

    def test_a_text_that_does_not_parse_is_left_alone(self, folder: Path) -> None:
        Path("a.net").write_text("net A {")
        assert netc("fmt", "a.net").exit_code == 1
        assert Path("a.net").read_text() == "net A {"


def test_explain_lists_ops_and_explains_one() -> None:
    assert "conv_transpose" in netc("explain").stdout
    assert "torch.nn.Conv2d" in netc("explain", "conv").stdout
    assert netc("explain", "E401").stdout.startswith("E401: ")


def test_run_needs_a_device_that_the_net_has(folder: Path) -> None:
    pytest.importorskip("torch")
    result = netc("run", "small.net", "--device", "gpu0=cpu")
    assert result.exit_code == 2
    assert "gpu0" in result.stderr
    assert netc("run", "small.net", "--device", "gpu0").exit_code == 2


def test_run_prints_what_happened(folder: Path) -> None:
    pytest.importorskip("torch")
    result = netc("run", "small.net", "--batch", "3")
    assert result.exit_code == 0
    assert "3x10" in result.stdout
