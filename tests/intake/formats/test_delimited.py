import csv
import random
from pathlib import Path

import polars as pl
import pytest

from ninegrid.intake.formats.files import open_file
from ninegrid.intake.formats.text import encodings
from ninegrid.messages import say
from ninegrid.model.errors import InputError
from tests.spoken import english

HEADERS = ("客户编号", "客户名称", "总收入", "分行", "客戶", "收入")


def opened(folder: Path, content: str | bytes, encoding: str = "utf-8", name: str = "客户.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return open_file(path, expected_headers=HEADERS)


def sheet(folder: Path, content: str | bytes, encoding: str = "utf-8"):
    return next(opened(folder, content, encoding).sheets())


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gb18030", "GB18030"),
        ("big5", "Big5"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16-LE"),
        ("utf-16-be", "UTF-16-BE"),
        ("utf-32", "UTF-32"),
        ("utf-32-le", "UTF-32-LE"),
        ("utf-32-be", "UTF-32-BE"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path, encoding, shown, newline):
    text = newline.join(["編號,客戶,收入", "000123,甲公司,1.5", "000124,乙公司,2", ""])
    read = sheet(tmp_path, text, encoding)
    assert read.encoding == f"{shown}, comma"
    assert read.head() == [["編號", "客戶", "收入"], ["000123", "甲公司", "1.5"], ["000124", "乙公司", "2"]]
    assert read.load(2, {0: "text", 2: "number"}).rows() == [
        (2, "000123", None, "1.5", False),
        (3, "000124", None, "2", False),
    ]


def test_a_text_that_decodes_in_two_ways_is_decided_by_its_headers_and_says_so(tmp_path):
    text = "客户编号,分行\n1,2\n".encode("gb18030")
    text.decode("big5")
    found = opened(tmp_path, text)
    assert next(found.sheets()).head()[0] == ["客户编号", "分行"]
    assert english(found.notices) == (
        "客户.csv can be read as GB18030 and as Big5; GB18030 was taken by 2 known headers.",
    )


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_without_known_headers_frequent_characters_decide(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes("公司,分行,行業\n大中,小明,工商\n".replace("業", "政").encode(encoding))
    assert next(open_file(path).sheets()).head()[0] == ["公司", "分行", "行政"]


def test_utf8_with_a_broken_byte_names_the_line(tmp_path):
    with pytest.raises(InputError, match="not valid UTF-8 from line 3 on"):
        opened(tmp_path, "甲,乙\n1,甲\n2,".encode() + b"\xe5\xff\n")


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_few_broken_bytes_cost_only_the_values_they_stand_in(tmp_path, codec):
    file = opened(tmp_path, "客户编号,客户名称\n1,甲\n2,".encode(codec) + b"\xb2\xff\n3,x\n")
    names = next(file.sheets()).load(2, {1: "text"})["t1"].to_list()
    assert (names[0], names[2], "\ufffd" in names[1]) == ("甲", "x", True)
    assert "the first in line 3" in say(file.notices[0], "en")


@pytest.mark.parametrize(
    "delimiter", ["\x01", "\x04", "\x07", "\x1b", "\x1f", "\x7f", "^", "~", "$", "§", "@|@", "||", "|#|", "^~^"]
)
def test_delimiters_that_bank_systems_write(tmp_path, delimiter):
    lines = [["客户编号", "客户名称", "总收入", "分行"], ["001", "甲", "1.5", "一"], ["002", "乙", "2", "二"]]
    text = "".join(delimiter.join(line) + "\n" for line in lines)
    file = opened(tmp_path, text.encode())
    assert next(file.sheets()).head() == lines
    assert next(file.sheets()).load(2, {0: "text", 2: "text"}).select("t0", "t2").rows() == [
        ("001", "1.5"),
        ("002", "2"),
    ]


@pytest.mark.parametrize(
    "line",
    ['="001",="1,234.50",甲', '"=""001""","=""1,234.50""",甲', '="001","1,234.50",="甲"'],
)
def test_values_wrapped_against_excel_are_unwrapped(tmp_path, line):
    file = opened(tmp_path, f'="客户编号",总收入,客户名称\n{line}\n'.encode())
    assert next(file.sheets()).head()[0] == ["客户编号", "总收入", "客户名称"]
    assert next(file.sheets()).load(2, {0: "text", 1: "text", 2: "text"}).row(0)[1:4] == ("001", "1,234.50", "甲")
    assert "wrapped" in say(file.notices[0], "en")


def test_values_wrapped_against_excel_are_unwrapped_between_tabs_too(tmp_path):
    file = opened(tmp_path, '="客户编号"\t总收入\t="客户名称"\n="001"\t="12"\t="甲"\n'.encode())
    assert next(file.sheets()).head() == [["客户编号", "总收入", "客户名称"], ["001", "12", "甲"]]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_in_which_most_zero_bytes_are_of_chinese_letters(tmp_path, codec):
    rows = "".join(f"{n}\t{'开发区开户开立' * 8}\n" for n in range(200))
    file = opened(tmp_path, f"客户编号\t客户名称\n{rows}".encode(codec))
    assert next(file.sheets()).head()[:2] == [["客户编号", "客户名称"], ["0", "开发区开户开立" * 8]]


def test_utf16_without_a_mark_whose_letters_have_zero_low_bytes(tmp_path):
    file = opened(tmp_path, "客户编号,开户日期\n001,开\n".encode("utf-16-le"))
    assert next(file.sheets()).head() == [["客户编号", "开户日期"], ["001", "开"]]


@pytest.mark.parametrize(
    "wrong", [b"\xff", "中".encode()[:2], "中".encode()[1:], "中文".encode("gb18030"), b"\xed\xa0\x80"]
)
@pytest.mark.parametrize(
    "around", [(b"", b""), (b"a\n", b""), (b"", b"\nb"), (b"aaaaa", b"bbbbb"), ("户".encode() * 3, b"")]
)
def test_utf8_is_told_as_decoding_tells_it_wherever_the_text_is_cut(monkeypatch, wrong, around):
    monkeypatch.setattr(encodings, "CHUNK", 4)
    before, after = around
    assert encodings.first_undecodable(before + wrong + after, "utf-8") is not None
    assert encodings.first_undecodable(before + "中\n".encode() + after, "utf-8") is None


def test_a_zero_byte_names_the_line(tmp_path):
    with pytest.raises(InputError, match="line 2 holds a zero byte"):
        opened(tmp_path, b"id,name\n1,a\x00b\n" + b"2,c\n" * 50)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，", "；"])
def test_delimiters_are_told_below_title_lines(tmp_path, delimiter):
    rows = [
        ["客户编号", "客户名称", "总收入"],
        ["001", "甲 公司", "1"],
        ["002", "乙,公司;x" if delimiter == "|" else "乙", "2"],
    ]
    text = "对公客户清单\n单位：万元\n" + "".join(delimiter.join(row) + "\n" for row in rows)
    read = sheet(tmp_path, text)
    assert read.head()[2:] == rows
    assert read.load(4, {1: "text"}).rows() == [(4, "甲 公司", False), (5, rows[2][1], False)]


def test_a_declared_delimiter_counts_as_an_empty_line(tmp_path):
    read = sheet(tmp_path, "sep=;\n客户编号;总收入\n1;2,5\n")
    assert read.head() == [[None, None], ["客户编号", "总收入"], ["1", "2,5"]]
    assert read.load(3, {0: "text", 1: "text"}).rows() == [(3, "1", "2,5", False)]


def test_line_breaks_inside_quotes_keep_physical_line_numbers(tmp_path):
    read = sheet(tmp_path, '客户编号,客户名称\n001,"甲\n公司"\n\n002,"乙""丙"""\n')
    assert read.head() == [
        ["客户编号", "客户名称"],
        ["001", "甲\n公司"],
        [None, None],
        [None, None],
        ["002", '乙"丙"'],
    ]
    assert read.load(2, {0: "text", 1: "text"}).rows() == [
        (2, "001", "甲\n公司", False),
        (5, "002", '乙"丙"', False),
    ]


def test_well_formed_quotes_hide_delimiters(tmp_path):
    read = sheet(tmp_path, '"客户编号","总收入"\n"001","1,234.50"\n\n002,"7"\n')
    assert read.load(2, {0: "text", 1: "number"}).rows() == [
        (2, "001", None, "1,234.50", False),
        (4, "002", None, "7", False),
    ]


def test_shifted_records_are_flagged_neither_cut_nor_padded_in_silence(tmp_path):
    text = "清单\n客户编号,客户名称,总收入\n001,甲,1\n002,乙,1,234\n003,丙\n合计\n"
    frame = sheet(tmp_path, text).load(3, {0: "text", 2: "text"})
    assert frame.rows() == [
        (3, "001", "1", False),
        (4, "002", "1", True),
        (5, "003", None, True),
        (6, "合计", None, True),
    ]
    assert frame.schema["_ragged"] == pl.Boolean


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("seed", range(12))
def test_records_are_those_that_a_slow_reader_sees(tmp_path, seed, newline):
    rng = random.Random(seed)
    width, words = rng.randint(2, 5), ["", "", "7", "甲", '"乙,丙"', '"丁""戊"', "\x1f" if seed == 3 else " x "]
    header = [f"列{i}" for i in range(width)]
    body = [[rng.choice(words) for _ in range(width if rng.random() < 0.7 else rng.randint(0, 7))] for _ in range(40)]
    lines = [",".join(record) for record in (["标题"], header, ["1"] * width, *body)]
    text = newline.join(lines) + rng.choice(["", newline])
    kinds = dict.fromkeys(rng.sample(range(8), 4), "text")
    records = [next(csv.reader([line]), []) for line in lines[2:]]
    seen = [
        (row, *(r[i] or None if i < len(r) else None for i in kinds), len(r) != width)
        for row, r in enumerate(records, 3)
    ]
    assert sheet(tmp_path, text).load(3, kinds).rows() == [row for row in seen if any(row[1:-1])]


@pytest.mark.parametrize("ending", ["", ",,"])
def test_a_record_end_the_exporter_always_writes_so_is_not_ragged(tmp_path, ending):
    text = f"客户编号,客户名称,备注\n001,甲{ending}\n002,乙{ending}\n"
    assert sheet(tmp_path, text).load(2, {0: "text"})["_ragged"].to_list() == [False, False]


def test_a_lone_quote_does_not_swallow_the_rest(tmp_path):
    found = opened(tmp_path, '客户编号,客户名称,总收入\n001,"甲,1\n002,"乙"公司,2\n003,"丙",3\n')
    assert next(found.sheets()).load(2, {0: "text", 1: "text", 2: "text"}).rows() == [
        (2, "001", '"甲', "1", False),
        (3, "002", '"乙"公司', "2", False),
        (4, "003", "丙", "3", False),
    ]
    assert next(found.sheets()).head()[3] == ["003", "丙", "3"]
    assert "don't pair up" in english(found.notices)[0]


def test_quotes_that_can_be_read_in_no_way_name_the_line(tmp_path):
    with pytest.raises(InputError, match="after line 2: a quotation mark"):
        opened(tmp_path, '客户编号,客户名称\n001,甲\n002,"乙\n003,丙,丁\n004,戊,己,庚\n' + "005,辛\n" * 9)


def test_a_quote_inside_a_field_is_a_character(tmp_path):
    read = sheet(tmp_path, '客户编号,客户名称\n001,5" 管\n002,乙\n')
    assert read.load(2, {1: "text"}).rows() == [(2, '5" 管', False), (3, "乙", False)]


def test_spaces_are_kept_and_columns_beyond_the_end_are_null(tmp_path):
    read = sheet(tmp_path, "客户编号,客户名称\n 001 ,　甲\n")
    assert read.load(2, {0: "text", 1: "text", 7: "number"}).rows() == [(2, " 001 ", "　甲", None, None, False)]


def test_a_single_column_has_no_delimiter(tmp_path):
    read = sheet(tmp_path, "客户编号\n001\n\n002\n")
    assert read.load(2, {0: "text"}).rows() == [(2, "001", False), (4, "002", False)]
