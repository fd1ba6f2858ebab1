import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from grammars.regions import COLUMNS, Regions, load_regions

TABLE = Path(__file__).resolve().parents[1] / "grammars" / "regions.csv"
AREACODES = Path(__file__).resolve().parents[2] / "shared" / "regions" / "areacodes.csv"
FIRST_YEAR, LAST_YEAR = 1993, 2024


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions(TABLE)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("新疆维吾尔自治区", "650000"),
        ("江苏省", "320000"),
        ("江苏", "320000"),
        ("广西", "450000"),
        ("广西自治区", "450000"),
        ("内蒙古", "150000"),
        ("吉林", "220000"),
        ("海南", "460000"),
        ("香港", "810000"),
        ("台湾省", "710000"),
        ("喀什地区", "653100"),
        ("昌吉州", "652300"),
        ("伊犁州", "654000"),
        ("临夏州", "622900"),
        ("黔东南州", "522600"),
        ("黔南州", "522700"),
        ("海南州", "632500"),
        ("克州", "653000"),
        ("博州", "652700"),
        ("巴州", "652800"),
        ("东莞市", "441900"),
        ("中山市", "442000"),
        ("儋州市", "460400"),
        ("济源市", "419001"),
        ("仙桃市", "429004"),
        ("五家渠市", "659004"),
        ("木垒哈萨克自治县", "652328"),
        ("木垒县", "652328"),
        ("恭城县", "450332"),
        ("龙胜县", "450328"),
        ("鄂温克旗", "150724"),
        ("鄂伦春旗", "150723"),
        ("南康区", "360703"),
        (" 宣 汉　县 ", "511722"),
    ],
)
def test_name_that_is_the_only_one_in_the_country(regions: Regions, name: str, code: str) -> None:
    assert regions.resolve(name) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("新疆维吾尔自治区喀什地区", "653100"),
        ("新疆维吾尔自治区喀什地区塔县", "653131"),
        ("喀什地区塔什库尔干塔吉克自治县", "653131"),
        ("昌吉州木垒县", "652328"),
        ("新疆昌吉州木垒县", "652328"),
        ("赣州市南康区", "360703"),
        ("南京市鼓楼区", "320106"),
        ("江苏省徐州市鼓楼区", "320302"),
        ("长沙市长沙县", "430121"),
        ("北京市朝阳区", "110105"),
        ("重庆市万州区", "500101"),
        ("甘肃省临夏州临夏县", "622921"),
        ("阳泉市城区", "140302"),
    ],
)
def test_name_with_what_it_lies_in(regions: Regions, name: str, code: str) -> None:
    assert regions.resolve(name) == code


@pytest.mark.parametrize(
    ("name", "within", "code"),
    [
        ("塔县", "653100", "653131"),
        ("塔县", "650000", "653131"),
        ("木垒", "652300", "652328"),
        ("昌吉州木垒县", "652300", "652328"),
        ("昌吉州木垒县", "652301", "652328"),
        ("宣汉", "511700", "511722"),
        ("喀什", "650000", "653100"),
        ("喀什市", "653100", "653101"),
        ("昌吉", "650000", "652300"),
        ("昌吉州", "652300", "652300"),
        ("桂林", "450000", "450300"),
        ("海南", "630000", "632500"),
        ("城关区", "620100", "620102"),
        ("朝阳区", "220100", "220104"),
        ("巴州", "511900", "511902"),
        ("东乡县", "620000", "622926"),
        ("科左中旗", "150500", "150521"),
        ("石河子", "650000", "659001"),
        ("济源", "410000", "419001"),
        ("浦东", "310000", "310115"),
        ("达州市", "511722", "511700"),
        ("江苏", "650000", "320000"),
        ("城区", "140300", "140302"),
    ],
)
def test_name_in_context(regions: Regions, name: str, within: str, code: str) -> None:
    assert regions.resolve(name, within=within) == code


@pytest.mark.parametrize(
    ("name", "within"),
    [
        *[(name, None) for name in ("城关区", "鼓楼区", "朝阳区", "市中区", "城区", "东区", "新华区", "江苏省鼓楼区")],
        *[(name, None) for name in ("木垒", "宣汉", "喀什", "桂林", "浦东", "忠", "县", "", "合计", "小计", "塔县")],
        ("东乡县", None),  # was a county of 江西, and is what 东乡族自治县 is called
        ("塔县", "652300"),
        ("木垒县", "653100"),
        ("宣汉县", "650000"),
        ("鼓楼区", "320000"),
        ("昌吉", "652300"),  # the 州 itself or 昌吉市
        ("吉林", "220000"),  # the province or 吉林市
        ("长沙", "430100"),
        ("城区", "440000"),  # a word, though 汕尾's is the only one of the province
        ("新区", "320500"),
        ("市区", "152300"),
        ("昌吉州塔县", "650000"),
    ],
)
def test_nothing_is_guessed(regions: Regions, name: str, within: str | None) -> None:
    assert regions.resolve(name, within=within) is None


@pytest.mark.parametrize("within", [None, "650000", "652300"])
@pytest.mark.parametrize(
    "name",
    [
        "经济开发区",
        "高新区",
        "准东开发区",
        "农业园区",
        "昌吉高新区",
        "昌吉国家农业科技园区",
        "昌吉州准东开发区",
        "省农垦集团",
    ],
)
def test_development_zone_has_no_code(regions: Regions, name: str, within: str | None) -> None:
    assert regions.resolve(name, within=within) is None


@pytest.mark.parametrize(
    ("name", "year", "code"),
    [
        ("南康市", 2012, "360782"),
        ("南康市", 2013, "360782"),  # the year of the change has both names
        ("南康区", 2013, "360703"),
        ("南康市", 2014, None),
        ("南康区", 2012, None),
        ("南康市", None, "360782"),
        ("襄樊市", 2009, "420600"),
        ("襄樊市", 2012, None),
        ("襄樊市", None, "420600"),
        ("儋州市", 2000, "460003"),
        ("儋州市", 2010, "469003"),
        ("儋州市", 2015, "460400"),
        ("绥化地区", 1996, "232300"),
        ("上饶县", 1998, "362321"),
        ("上饶县", 2010, "361121"),
        ("上饶县", None, "361121"),  # two codes in succession: the last
        ("上饶市广信区", 2023, "361104"),
        ("东乡县", 2010, "361029"),
        ("东乡县", 2020, "622926"),
        ("南沙区", 2015, "440115"),
        ("南沙区", 2022, None),  # 广州's and 三沙's
        ("香港", 1996, None),
        ("香港", 1998, "810000"),
        ("宣汉县", 1990, None),  # before the table begins
        ("胡杨河市", 2019, "659010"),
        ("胡杨河市", 2018, None),
    ],
)
def test_codes_of_the_year(regions: Regions, name: str, year: int | None, code: str | None) -> None:
    assert regions.resolve(name, year=year) == code


def test_every_full_name_resolves_under_its_parent(regions: Regions) -> None:
    for division in regions.divisions:
        if division.end is None:
            assert regions.resolve(division.name, within=division.parent or None) == division.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("昌吉回族自治州财政局", "652300"),
        ("关于宣汉县2023年财政专项扶贫资金的通知", "511722"),
        ("甘肃省财政厅", "620000"),
        ("江西省赣州市南康区教育局", "360703"),
        ("喀什地区塔县财政局", "653131"),
        ("北京市朝阳区财政局", "110105"),
        ("财政部关于下达江西2023年补助资金的通知", "360000"),
        ("财政部驻甘肃监管局", "620000"),
        ("2023年喀什地区绩效自评报告", "653100"),
        ("中共宣汉县委", "511722"),
        ("甘肃省财政厅关于下达兰州市、天水市2023年资金的通知", "620000"),
        ("江西省财政厅关于对口支援新疆克州的通知", "360000"),
        ("昌吉州准东开发区", "652300"),
        ("河南县财政局", "632324"),
        ("河南县级公立医院补助", "410000"),
        ("吉林市财政局", "220200"),
        ("吉林市县财政", "220000"),
        ("安徽省和县财政局", "340523"),
        ("阳泉市城区财政局", "140302"),
        ("广州市城区学校", "440100"),
        ("天津、河北财政厅（局）", "120000"),  # and not 天津's 河北区
        ("财政部", None),
        ("朝阳区财政局", None),
        ("关于沿海城市、新兴城市", None),
        ("长江西岸与黄河南岸", None),
        ("省和县级财政", None),
        ("关于公安县级经费", None),
        ("", None),
    ],
)
def test_context_of_a_text(regions: Regions, text: str, code: str | None) -> None:
    assert regions.find_context(text) == code


def test_names_and_parents(regions: Regions) -> None:
    assert regions.name("652328") == "木垒哈萨克自治县"
    assert regions.name("420600") == "襄阳市"
    assert regions.parents("652328") == ("652300", "650000")
    assert regions.parents("659001") == ("650000",)
    assert regions.parents("110105") == ("110000",)
    assert regions.parents("650000") == ()


@pytest.mark.parametrize("ask", [Regions.name, Regions.parents, lambda r, code: r.resolve("x", within=code)])
def test_unknown_code_is_a_key_error(regions: Regions, ask: Callable[[Regions, str], object]) -> None:
    with pytest.raises(KeyError):
        ask(regions, "999999")


GOOD = ["650000,新疆维吾尔自治区,province,,1993,,", "652300,昌吉回族自治州,prefecture,650000,1993,,"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("652328,木垒哈萨克自治县,county,652300,1993,", "6 cells"),
        ("65232,木垒县,county,652300,1993,,", "six digits"),
        ("652328,,county,652300,1993,,", "Chinese characters"),
        ("652328,木垒 县,county,652300,1993,,", "Chinese characters"),
        ("652328,木垒县,prefecture,652300,1993,,", "level 'prefecture'"),
        ("652328,木垒县,county,653100,1993,,", "cannot be above"),
        ("653128,岳普湖县,county,653100,1993,,", "653100 has no row"),
        ("652328,木垒县,county,652300,93,,", "not a year"),
        ("652328,木垒县,county,652300,1993,1993,", "year after"),
        ("652328,木垒县,county,652300,1993,,652300", "in force"),
        ("652328,木垒县,county,652300,1993,2000,652300/650000", "joined by ;"),
        ("652328,木垒县,county,652300,1993,2000,652329", "652329 has no row"),
        ("652300,昌吉州,prefecture,650000,2000,,", "another row"),
        ("", "0 cells"),
    ],
)
def test_wrong_row_names_file_line_and_reason(tmp_path: Path, row: str, reason: str) -> None:
    table = _write(tmp_path, ",".join(COLUMNS), *GOOD, row)
    with pytest.raises(ValueError, match=reason) as error:
        load_regions(table)
    assert str(error.value).startswith(f"{table}:4: ")


def test_wrong_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"regions\.csv:1: the head"):
        load_regions(_write(tmp_path, "code,name", *GOOD))


def test_good_rows_are_read(tmp_path: Path) -> None:
    small = load_regions(_write(tmp_path, ",".join(COLUMNS), *GOOD))
    assert small.resolve("昌吉州") == "652300"


def _write(folder: Path, *lines: str) -> Path:
    path = folder / "regions.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# The whole table against an independent list, where that is at hand.

LEVELS = {"省级": "province", "地级": "prefecture", "县级": "county"}


@pytest.fixture(scope="module")
def areacodes() -> list[dict[str, str]]:
    if not AREACODES.exists():
        pytest.skip(f"{AREACODES.parent} is not here: nothing to hold the table against")
    with AREACODES.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_code_of_every_year_agrees(regions: Regions, areacodes: list[dict[str, str]]) -> None:
    """Code, name, level and the parent's name, in each year."""
    ours, theirs = _ours_by_year(regions), _theirs_by_year(areacodes)
    differ = sorted(ours ^ theirs)
    assert len(theirs) > 90_000
    assert not differ, f"{len(differ)} differences, ours or theirs alone: {differ[:20]}"


def test_successors_agree(regions: Regions, areacodes: list[dict[str, str]]) -> None:
    ours = {(d.code, d.name, d.end): set(d.successors) for d in regions.divisions if d.end}
    theirs = {
        (row["代码"], row["名称"], int(row["变更/弃用时间"])): {
            c for c in row["新代码"].split(";") if c and "[" not in c
        }
        for row in areacodes
        if row["变更/弃用时间"]
    }
    differ = {key: (ours[key], theirs.get(key)) for key in ours if ours[key] != theirs.get(key)}
    assert not differ, f"{len(differ)} differences, (ours, theirs): {dict(list(differ.items())[:20])}"


def _ours_by_year(regions: Regions) -> set[tuple[int, str, str, str, str]]:
    names: dict[tuple[int, str], str] = {}
    for d in regions.divisions:
        names.update({(year, d.code): d.name for year in _years(d.start, d.end)})
    return {
        (year, d.code, d.name, d.level, names[year, d.parent] if d.parent else "")
        for d in regions.divisions
        for year in _years(d.start, d.end)
    }


def _theirs_by_year(areacodes: list[dict[str, str]]) -> set[tuple[int, str, str, str, str]]:
    found = set()
    for row in areacodes:
        level, end = LEVELS[row["级别"]], row["变更/弃用时间"]
        province, prefecture = row["一级行政区"], row["二级行政区"]
        above = {"province": "", "prefecture": province}.get(level, prefecture)
        above = province if above == "直辖" else above
        for year in _years(int(row["启用时间"]), int(end) if end else None):
            found.add((year, row["代码"], row["名称"], level, above))
    return found


def _years(start: int, end: int | None) -> range:
    return range(max(start, FIRST_YEAR), min(end or LAST_YEAR + 1, LAST_YEAR + 1))
