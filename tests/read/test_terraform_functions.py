"""
Every function of Terraform gives what Terraform gives, or says why it is not known before deployment.

The table was held against `terraform console` of Terraform 1.11.4.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keyturn.graph import Unknown, Value
from keyturn.read import read
from keyturn.read.terraform.hcl import patterns

# By function: pairs of an expression and what `jsonencode([expression])` has between its brackets; None where it is not known.
TABLE: dict[str, dict[str, str | None]] = {
    "abs": {"abs(-12.4)": "12.4"},
    "abspath": {"abspath(path.root)": None},
    "alltrue": {
        'alltrue(["true", true])': "true",
        "alltrue([true, timestamp()])": None,
        "alltrue([false, timestamp()])": "false",
    },
    "anytrue": {"anytrue([])": "false", "anytrue([true, timestamp()])": "true", "anytrue([false, timestamp()])": None},
    "base64decode": {'base64decode("SGVsbG8=")': '"Hello"'},
    "base64encode": {'base64encode("Hello")': '"SGVsbG8="'},
    "base64gzip": {'base64gzip("test")': None},
    "base64sha256": {'base64sha256("hello world")': '"uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="'},
    "base64sha512": {'substr(base64sha512("test"), 0, 12)': '"7iaw3Ur350mq"'},
    "basename": {'basename("a/b.txt")': '"b.txt"', 'basename("a/")': '"a"', 'basename("")': '"."'},
    "bcrypt": {'bcrypt("a")': None},
    "can": {"can({}.b)": "false", "can(true)": "true", "can(timestamp())": None, 'can(regex("^(a|aa)+$", "b"))': None},
    "ceil": {"ceil(5.1)": "6"},
    "chomp": {'chomp("a\\r\\n")': '"a"'},
    "chunklist": {"chunklist([1, 2, 3], 2)": "[[1,2],[3]]", "chunklist([1, 2], 0)": "[[1,2]]"},
    "cidrhost": {'cidrhost("10.12.112.0/20", 268)': '"10.12.113.12"'},
    "cidrnetmask": {'cidrnetmask("fd00::/64")': None, 'cidrnetmask("172.16.0.0/12")': '"255.240.0.0"'},
    "cidrsubnet": {'cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162)': '"fd00:fd12:3456:7800:a200::/72"'},
    "cidrsubnets": {'cidrsubnets("10.1.0.0/16", 4, 8)': '["10.1.0.0/20","10.1.16.0/24"]'},
    "coalesce": {'coalesce(null, 1, "a")': '"1"', 'coalesce(null, "", "b")': '"b"'},
    "coalescelist": {"coalescelist([], [1])": "[1]"},
    "compact": {'compact(["a", "", null])': '["a"]', "compact(timestamp())": None},
    "concat": {'concat(["a"], [1])': '["a",1]'},
    "contains": {
        'contains(["a"], "a")': "true",
        'contains([timestamp()], "a")': None,
        'contains([timestamp(), "a"], "a")': "true",
    },
    "core::": {'core::upper("a")': '"A"'},
    "csvdecode": {'csvdecode("a,b\\n1,2")': '[{"a":"1","b":"2"}]'},
    "dirname": {'dirname("a/../b/c")': '"b"', 'dirname("a/b.txt")': '"a"', 'dirname("b.txt")': '"."'},
    "distinct": {
        'distinct([1, "1", 1])': '["1"]',
        'distinct(["a", "b", "a"])': '["a","b"]',
        "length(distinct([timestamp(), uuid()]))": "2",
    },
    "element": {'element(["a", "b"], -1)': None, 'element(["a", "b"], 3)': '"b"'},
    "endswith": {'endswith("hello", "lo")': "true"},
    "ephemeralasnull": {'ephemeralasnull("a")': '"a"'},
    "file": {'file("a.txt")': '"A $${b}\\n"'},
    "filebase64": {'filebase64("a.txt")': '"QSAke2J9Cg=="'},
    "filebase64sha256": {'filebase64sha256("a.txt")': None},
    "filebase64sha512": {'filebase64sha512("a.txt")': None},
    "fileexists": {'fileexists("a.txt")': "true", 'fileexists("b.txt")': "false"},
    "filemd5": {'filemd5("a.txt")': None},
    "fileset": {'fileset(".", "*.txt")': '["a.txt"]'},
    "filesha1": {'filesha1("a.txt")': None},
    "filesha256": {'filesha256("a.txt")': None},
    "filesha512": {'filesha512("a.txt")': None},
    "flatten": {"flatten([[1, [2]], []])": "[1,2]", "flatten(timestamp())": None},
    "floor": {"floor(-1.8)": "-2"},
    "format": {
        'format("%[2]s-%[1]s", "a", "b")': '"b-a"',
        'format("%05d|%-3s|%6.1f|%x|%+d|%%|%.2s", -42, "a", 3.14, 255, 7, "abc")': '"-0042|a  |   3.1|ff|+7|%|ab"',
        'format("%v %#v %t", ["a", 1], "b", true)': r'"[\"a\",1] \"b\" true"',
        'format("%s", "a", "b")': None,
        'format("%s %s", "a")': None,
    },
    "formatdate": {
        """formatdate("EEEE, DD-MMM-YY HH:mm aa ZZZ 'o''clock'", "2018-01-02T23:12:01Z")""": '"Tuesday, 02-Jan-18 11:12 pm UTC o\'clock"',
        'formatdate("YYYY-MM-DD\'T\'hh:mm:ssZ", "2018-01-02T23:12:01-08:00")': '"2018-01-02T23:12:01-08:00"',
        'formatdate("YYYY", timestamp())': None,
        'formatdate("YYYYY", "2018-01-02T23:12:01Z")': None,
    },
    "formatlist": {'formatlist("%s-%s", "a", ["b", "c"])': '["a-b","a-c"]', 'formatlist("%s", "a")': '["a"]'},
    "indent": {'indent(2, "a\\nb")': r'"a\n  b"'},
    "index": {'index(["a", "b"], "b")': "1", 'index(["a"], "z")': None, 'can(index(["a"], "z"))': "false"},
    "issensitive": {'issensitive("a")': None},
    "join": {'join("-", ["a", 1], ["c"])': '"a-1-c"'},
    "jsondecode": {'jsondecode("{\\"a\\": [1]}").a': "[1]"},
    "jsonencode": {'jsonencode({b = 1.0, a = "<"})': r'"{\"a\":\"\\u003c\",\"b\":1}"'},
    "keys": {"keys({b = 1, a = 2})": '["a","b"]'},
    "length": {'length("e\\u0301")': None, 'length("hello")': "5", "length({a = 1})": "1", "length(timestamp())": None},
    "log": {"log(16, 2)": "4"},
    "lookup": {
        'lookup({a = 1}, "b", 2)': "2",
        'lookup(timestamp(), "b", 2)': None,
        "lookup({a = 1}, timestamp(), 2)": None,
    },
    "lower": {'lower("ÀB")': '"àb"'},
    "matchkeys": {'matchkeys(["a", "b", "c"], [1, 2, 3], [1, "3"])': '["a","c"]'},
    "max": {"max([12, 54]...)": "54"},
    "md5": {'md5("hello world")': '"5eb63bbbe01eeed093cb22bb8f5acdc3"'},
    "merge": {"merge({a = 1, b = 2}, {b = 3}, null)": '{"a":1,"b":3}', "merge({a = 1}, timestamp())": None},
    "min": {"min(12, 3)": "3"},
    "nonsensitive": {'nonsensitive("a")': '"a"'},
    "one": {"one([])": "null", "one([1])": "1", "one([1, 2])": None},
    "parseint": {
        'parseint("1_0", 10)': None,
        'parseint("0x1f", 16)': None,
        'parseint("zz", 36)': "1295",
        'parseint("-FF", 16)': "-255",
    },
    "pathexpand": {'pathexpand("~/a")': None},
    "plantimestamp": {"plantimestamp()": None},
    "pow": {"pow(4, 2)": "16"},
    "provider::": {
        'provider::aws::arn_parse("arn:aws:iam::444455556666:role/a").account_id': '"444455556666"',
        'provider::aws::arn_build("aws", "iam", "", "444455556666", "role/a")': '"arn:aws:iam::444455556666:role/a"',
        'provider::aws::trim_iam_role_path("arn:aws:iam::444455556666:role/x/y/a")': '"arn:aws:iam::444455556666:role/a"',
        'provider::aws::arn_parse("a")': None,
        'provider::local::direxists("a")': None,
    },
    "range": {
        "range(1, 8, 3)": "[1,4,7]",
        "range(4, 1)": "[4,3,2]",
        "range(1, 2, 0.5)": "[1,1.5]",
        "range(1, 4, -1)": None,
    },
    "regex": {
        'regex("(\\\\d+)-(\\\\d+)", "a 1-2")': '["1","2"]',
        'regex("(?P<a>[a-z]+)", "1b2").a': '"b"',
        'regex("a$", "a\\n")': None,
        'regex("[[:alpha:]]", "a")': None,
    },
    "regexall": {
        'regexall("(a)b", "abab")': '[["a"],["a"]]',
        'regexall("(?P<k>a)", "aa")': '[{"k":"a"},{"k":"a"}]',
        'regexall("a", "b")': "[]",
    },
    "replace": {'replace("a.b", ".", "-")': '"a-b"', 'replace("hello", "/(l)/", "$1$1")': '"hellllo"'},
    "reverse": {"reverse([1, 2])": "[2,1]"},
    "rsadecrypt": {'rsadecrypt("a", "b")': None},
    "sensitive": {'sensitive("a")': '"a"'},
    "setintersection": {'setintersection(["a", "b"], ["b"])': '["b"]', 'setintersection(["a"], [timestamp()])': None},
    "setproduct": {
        'setproduct(["a", "b"], ["c"])': '[["a","c"],["b","c"]]',
        "setproduct(range(200), range(200))": None,
    },
    "setsubtract": {'setsubtract(["b", "a"], [])': '["a","b"]', 'setsubtract(["a", "b"], ["a"])': '["b"]'},
    "setunion": {'setunion(["b"], ["a", "b"])': '["a","b"]'},
    "sha1": {'sha1("test")': '"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"'},
    "sha256": {'substr(sha256("test"), 0, 8)': '"9f86d081"'},
    "sha512": {'substr(sha512("test"), 0, 8)': '"ee26b0dd"'},
    "signum": {"signum(-0.5)": None, "signum(-13)": "-1"},
    "slice": {"slice([1, 2, 3], 1, 3)": "[2,3]"},
    "sort": {'sort(["b", "a"])': '["a","b"]', 'sort(["b", timestamp()])': None},
    "split": {'split(",", "a,b")': '["a","b"]', 'split(",", "")': '[""]'},
    "startswith": {'startswith("hello", "he")': "true"},
    "strcontains": {'strcontains("hello", "ll")': "true"},
    "strrev": {'strrev("abc")': '"cba"'},
    "substr": {'substr("hello world", -5, -1)': '"world"'},
    "sum": {"sum([0.1, 0.2])": "0.3"},
    "templatefile": {'templatefile("a.txt", {b = 1})': r'"A 1\n"'},
    "templatestring": {'templatestring(file("a.txt"), {b = 2})': r'"A 2\n"'},
    "textdecodebase64": {'textdecodebase64("dABlAHMAdAA=", "UTF-16LE")': '"test"'},
    "textencodebase64": {
        'textencodebase64("a", "UTF-16")': '"/v8AYQ=="',
        'textencodebase64("test", "UTF-16LE")': '"dABlAHMAdAA="',
    },
    "timeadd": {
        'timeadd("2017-11-22T00:00:00Z", "1h30m")': '"2017-11-22T01:30:00Z"',
        'timeadd("2024-08-16T12:45:05Z", "-336h")': '"2024-08-02T12:45:05Z"',
        'timeadd(timestamp(), "1h")': None,
        'timeadd("2017-11-22T00:00:00Z", "1d")': None,
    },
    "timecmp": {
        'timecmp("2017-11-22T00:00:00Z", "2017-11-22T00:00:00.5Z")': "-1",
        'timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00+01:00")': "0",
    },
    "timestamp": {"timestamp()": None},
    "title": {'title("hello world")': '"Hello World"'},
    "tobool": {'tobool("false")': "false", 'tobool("no")': None},
    "tolist": {'tolist([1, "a", null])': '["1","a",null]', 'tolist(["a"])': '["a"]', "tolist(timestamp())": None},
    "tomap": {'tomap({a = 1, b = "x"})': '{"a":"1","b":"x"}', "tomap({a = 1})": '{"a":1}'},
    "tonumber": {'tonumber("1_000")': None, 'tonumber("inf")': None, 'tonumber("42")': "42"},
    "toset": {
        'toset([1, "1", true])': '["1","true"]',
        'toset(["b", "a", "b"])': '["a","b"]',
        "toset(timestamp())": None,
    },
    "tostring": {"tostring(1e-7)": '"0.0000001"', "tostring(1.0)": '"1"'},
    "transpose": {'transpose({a = ["1", "2"], b = ["2"]})': '{"1":["a"],"2":["a","b"]}'},
    "trim": {'trim("?!a?!", "!?")': '"a"'},
    "trimprefix": {'trimprefix("aab", "a")': '"ab"'},
    "trimspace": {'trimspace(" a\\n")': '"a"'},
    "trimsuffix": {'trimsuffix("abb", "b")': '"ab"'},
    "try": {'try({}.b, "c")': '"c"', 'try(regex("(a|b)+", "c"), "d")': None},
    "upper": {'upper("straße")': '"STRAßE"', 'upper("a")': '"A"'},
    "urlencode": {'urlencode("a b&☃")': '"a+b%26%E2%98%83"'},
    "uuid": {"uuid()": None},
    "uuidv5": {'uuidv5("dns", "tada")': '"faa898db-9b9d-5b75-86a9-149e7bb8e3b8"'},
    "values": {"values({b = 1, a = 2})": "[2,1]"},
    "yamldecode": {
        'yamldecode("a: yes\\nb: 010\\nc: 1e3\\nd: 2001-01-01\\ne: 0x1f\\nf: 1.10\\ng: !!str 5\\nh: 0o17\\ni: \\"7\\"")': (
            '{"a":true,"b":10,"c":1000,"d":"2001-01-01T00:00:00Z","e":31,"f":1.1,"g":"5","h":15,"i":"7"}'
        ),
        'yamldecode("<<: {a: &x 1}\\nb: *x")': '{"a":1,"b":1}',
        'yamldecode("")': None,
        'yamldecode("${join("", [for i in range(999) : "["])}")': None,
        'yamldecode("a: [1, ~, x]")': '{"a":[1,null,"x"]}',
    },
    "yamlencode": {
        'yamlencode({foo = [1, {a = "b", c = "d"}], bar = "baz"})': r'"\"bar\": \"baz\"\n\"foo\":\n- 1\n- \"a\": \"b\"\n  \"c\": \"d\"\n"',
        "yamlencode(true)": r'"true\n...\n"',
        "yamlencode({a = [], b = 1.0})": r'"\"a\": []\n\"b\": 1\n"',
    },
    "zipmap": {'zipmap(["a"], [1])': '{"a":1}', 'zipmap(["a"], [])': None},
}
OPERATORS = {
    "0.1 + 0.2": "0.3",
    "9007199254740993 / 1": "9007199254740993",
    "7 / 2": "3.5",
    "5 % 3": "2",
    '[timestamp()] == ["a"]': None,
    '["a", "b"] != ["a"]': "true",
    "timestamp() == timestamp()": None,
}


def worked_out(folder: Path, expressions: list[str], besides: str = "") -> list[Value]:
    (folder / "a.txt").write_text("A ${b}\n")
    outputs = [f'output "o{number}" {{ value = jsonencode([{each}]) }}' for number, each in enumerate(expressions)]
    (folder / "main.tf").write_text("\n".join(['resource "aws_sqs_queue" "q" {}', besides, *outputs]))
    (graph,) = read(str(folder))
    return [graph.outputs[f"o{number}"].value for number in range(len(expressions))]


def test_functions_give_what_terraform_gives(tmp_path: Path) -> None:
    wanted = {expression: gives for each in (*TABLE.values(), OPERATORS) for expression, gives in each.items()}
    found = dict(zip(wanted, worked_out(tmp_path, [*wanted]), strict=True))
    shown: dict[str, Any] = {each: None if isinstance(value, Unknown) else value for each, value in found.items()}
    assert shown == {each: None if gives is None else f"[{gives.replace('$$', '$')}]" for each, gives in wanted.items()}
    assert all(value.because and "\n" not in value.because for value in found.values() if isinstance(value, Unknown))


@pytest.mark.parametrize(
    "doubling",
    [
        'join("", [for i in range(1000) : local.l])',
        "jsonencode([for i in range(1000) : local.l])",
        '[for i in range(1000) : "${local.l}${i}"]',
        'formatlist("${local.l}%s", range(1000))',
        'replace("aaaaaaaaaa", "/a/", local.l)',
        'indent(1000, replace(local.l, "x", "\\n"))',
        "[for i in range(300) : upper(local.l)]",
    ],
)
def test_long_texts_that_multiply_come_to_an_end(tmp_path: Path, doubling: str) -> None:
    steps = "".join(f'  {chr(99 + n)} = "${{local.{chr(98 + n)}}}${{local.{chr(98 + n)}}}"\n' for n in range(10))
    (value,) = worked_out(tmp_path, [doubling], f'locals {{\n  b = "{"x" * 900}"\n{steps}}}')
    assert isinstance(value, Unknown)


def test_patterns_that_would_take_for_ever_are_not_tried() -> None:
    for pattern in ("(a+)+$", "(a|aa)+$", "(a*)*", "(?:a|a?)+b", "([a-z]+)*!"):
        with pytest.raises(patterns.TooMuch):
            patterns.compiled(pattern, "a" * 40)
