"""The program dataexport-search as its users run it: lines in, verdicts out.

Usage: search.py PROGRAM VERDICTS_JSONL
The verdicts are those of the reference; without the file the program's own cases alone are checked.
"""

import json
import pathlib
import subprocess
import sys

PROGRAM = sys.argv[1]
VERDICTS = pathlib.Path(sys.argv[2])
NOW = ("--now", "2026-01-01T00:00:00Z")


def run(text: str | bytes, *arguments: str) -> tuple[int, bytes, str]:
    text = text.encode() if isinstance(text, str) else text
    done = subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, timeout=120)
    return done.returncode, done.stdout, done.stderr.decode()


def answers(text: str | bytes, *arguments: str) -> list[dict]:
    status, out, error = run(text, *arguments)
    expect((status, error), (0, ""))
    return [json.loads(line.decode("utf-8", "strict")) for line in out.splitlines()]


def message(text: str) -> dict:
    return {"key": "message", "op": "=", "value": text}


def expect(actual, wanted) -> None:
    # As JSON, since in Python 1, 1.0 and True are equal.
    assert json.dumps(actual) == json.dumps(wanted), f"{actual!r} is not {wanted!r}"


def agrees_with_the_reference() -> None:
    if not VERDICTS.exists():
        print(f"{VERDICTS.name} is not there; the program's own cases alone are checked")
        return
    verdicts = VERDICTS.read_text(encoding="utf-8").splitlines()
    expected = [json.loads(line) for line in verdicts]
    for verdict in expected:
        verdict.pop("class", None)  # the name of the reference's exception, always the same
    assert len(expected) >= 1800
    as_texts = "".join(json.dumps(verdict["query"], ensure_ascii=False) + "\n" for verdict in expected)
    for asked in (as_texts, "\n".join(verdicts)):
        given = answers(asked, *NOW)
        expect(len(given), len(expected))
        for actual, wanted in zip(given, expected):
            expect(actual, wanted)


def writes_the_shape_of_the_reference() -> None:
    status, out, _ = run('"level:error"\n"a:"\n', *NOW)
    expect(status, 0)
    assert out == (b'{"query":"level:error","ok":true,"terms":[{"key":"level","op":"=","value":"error"}]}\n'
                   b'{"query":"a:","ok":false,"error":"Empty string after \'a:\'"}\n'), out


def takes_texts_and_objects() -> None:
    given = answers('{"query": "a b", "ok": false}\n  "a b"\t\n{"no": 1, "query": ""}\n')
    expect([(each["query"], each["terms"]) for each in given],
           [("a b", [message("a b")]), ("a b", [message("a b")]), ("", [])])


def does_not_need_a_last_line_end() -> None:
    expect(answers('"a"\n"b"'), answers('"a"\n"b"\n'))


def takes_line_ends_with_a_carriage_return() -> None:
    expect(answers('"a"\r\n\r\n{"query":"b"}\r\n'), answers('"a"\n"b"\n'))


def skips_blank_lines() -> None:
    expect(answers(""), [])
    expect(answers("\n \n\t\n"), [])
    expect(len(answers('\n"a"\n\n"b"\n\n')), 2)


def names_lines_that_ask_nothing_and_answers_the_others() -> None:
    lines = ['"a"', "level:error", '"b', "12", "null", '["a"]', "{}", '{"query": 1}', "", '"b" "c"', '"d"']
    status, out, error = run("\n".join(lines))
    expect(status, 1)
    expect([json.loads(line)["query"] for line in out.splitlines()], ["a", "d"])
    expect([line.split(": ")[:2] for line in error.splitlines()],
           [["dataexport-search", f"line {number}"] for number in (2, 3, 4, 5, 6, 7, 8, 10)])
    assert "JSON" in error.splitlines()[0] and '"query"' in error.splitlines()[2], error


def ends_well_when_searches_are_refused() -> None:
    expect([each["ok"] for each in answers('"(a"\n"a)"\n"a OR"\n')], [False, False, False])


def keeps_every_character() -> None:
    for text in ("\0", "a\0b:c", "\x1f\x7f", "é 😀 \u2028", '"\\\\"', "\ufeff", "\uf00dContains\uf00d"):
        for ascii_only in (True, False):
            given = answers(json.dumps(text, ensure_ascii=ascii_only) + "\n")
            expect([each["query"] for each in given], [text])
    expect(answers(r'"a\u0000b"')[0]["terms"], [message("a\0b")])
    expect(run('"é"')[1].decode(), '{"query":"é","ok":true,"terms":[{"key":"message","op":"=","value":"é"}]}\n')


def refuses_bytes_that_are_no_text() -> None:
    for line in (b'"\xff"', b'"\xc3"', b'"\xed\xa0\x80"', b'"a\0b"', b'\0', rb'"\ud800"', b'{"query": "\xfe"}'):
        status, out, error = run(b'"a"\n' + line + b'\n"b"\n')
        expect((status, len(out.splitlines())), (1, 2))
        assert error.startswith("dataexport-search: line 2: JSON parse error"), error


def takes_long_searches_and_longer_lines() -> None:
    longest = "a" * (16 * 1024)
    hostile = ["(" * 8000, longest, "level:[" + "a," * 8000 + "b]", "(a " * 60 + ")" * 60, longest + "a"]
    given = answers("".join(json.dumps(text) + "\n" for text in hostile), "--position")
    expect([each["query"] for each in given], hostile)
    expect([each["ok"] for each in given], [False, True, True, True, False])
    huge = json.dumps({"padding": "x" * 4_000_000, "query": "a"})
    expect(answers(huge + '\n"b"\n'), answers('"a"\n"b"\n'))


def shows_positions_when_asked() -> None:
    asked = '"a:1"\n"é (b"\n"\\"x\\ny\\" c:"\n'
    for plain, placed in zip(answers(asked), answers(asked, "--position")):
        expect({key: value for key, value in placed.items() if key != "position"}, plain)
        expect("position" in placed, not placed["ok"])
    placed = answers(asked, "--position")
    expect(placed[1]["position"], {"line": 1, "column": 3, "offset": 3})
    expect(placed[2]["position"], {"line": 2, "column": 4, "offset": 6})


def counts_back_from_now() -> None:
    given = answers('"timestamp:-24h"\n', "--now", "2020-02-29T12:00:00+02:00")
    expect(given[0]["terms"], [{"key": "timestamp", "op": ">=", "value": "2020-02-28T10:00:00+00:00"}])
    later = answers('"timestamp:-1h"\n')[0]["terms"][0]["value"]
    assert later > "2024", later
    for bad in ("", "yesterday", "2020-13-01", "2020-02-30T00:00:00Z"):
        status, out, error = run('"a"\n', "--now", bad)
        assert status != 0 and out == b"" and "--now" in error, (status, out, error)


def answers_before_it_reads_on() -> None:
    with subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        for text in ("a", "b"):
            program.stdin.write(json.dumps(text).encode() + b"\n")
            program.stdin.flush()
            expect(json.loads(program.stdout.readline())["query"], text)
        program.stdin.close()
        expect(program.wait(timeout=60), 0)


def says_when_its_answers_are_lost() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM], input=b'"a"\n' * 3, stdout=full, stderr=subprocess.PIPE, timeout=60)
    expect((done.returncode, done.stderr.count(b"\n")), (1, 1))


def explains_itself() -> None:
    status, out, error = run("", "--help")
    expect((status, error), (0, ""))
    for word in (b"--now", b"--position", b'"terms"', b"Example"):
        assert word in out, word
    assert run("", "--no-such-option")[0] != 0


CASES = (agrees_with_the_reference, writes_the_shape_of_the_reference, takes_texts_and_objects, does_not_need_a_last_line_end,
         takes_line_ends_with_a_carriage_return, skips_blank_lines, names_lines_that_ask_nothing_and_answers_the_others,
         ends_well_when_searches_are_refused, keeps_every_character, refuses_bytes_that_are_no_text,
         takes_long_searches_and_longer_lines, shows_positions_when_asked, counts_back_from_now, answers_before_it_reads_on,
         says_when_its_answers_are_lost, explains_itself)

for case in CASES:
    case()
print(f"{len(CASES)} cases passed")
