from __future__ import annotations

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.language import Language
from hwamei.text.chinese.numbers import cardinal, decimal
from tests.text.spoken import pinyin, said, words


@given(st.integers(min_value=0, max_value=10**16 - 1))
def test_whole_numbers_are_said_as_an_independent_library_says_them(number: int) -> None:
    theirs = cn2an.an2cn(number)
    theirs = theirs[1:] if theirs.startswith("一十") else theirs
    assert cardinal(str(number)).replace("两", "二") == theirs


def test_decimals_are_said_digit_by_digit_after_the_point() -> None:
    assert decimal("2.88") == "二点八八"
    assert decimal("1,234.05") == "一千二百三十四点零五"


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("一共有1250个箱子", "一共有一千二百五十个箱子"),
        ("占2.88%", "占百分之二点八八"),
        ("不到5‰", "不到千分之五"),
        ("从10%-20%", "从百分之十到百分之二十"),
        ("2026年3月15日", "二零二六年三月十五日"),
        ("2026-03-15出发", "二零二六年三月十五日出发"),
        ("2026/3/5出发", "二零二六年三月五日出发"),
        ("二零二六年", "二零二六年"),
        ("2019-2023年", "二零一九到二零二三年"),
        ("上世纪90年代", "上世纪九十年代"),
        ("下午2点30分", "下午两点三十分"),
        ("14:30开会", "十四点三十分开会"),
        ("8：05出发", "八点零五分出发"),
        ("9:00-17:30营业", "九点到十七点三十分营业"),
        ("时间是6:45 pm", "时间是晚上六点四十五分"),
        ("原价¥4999", "原价四千九百九十九元"),
        ("￥3.50", "三点五元"),
        ("只要3999.2元", "只要三千九百九十九点二元"),
        ("花了$42.50", "花了四十二点五美元"),
        ("赚了¥3.5亿", "赚了三点五亿元"),
        ("收入12.5万元", "收入十二点五万元"),
        ("打13812345678", "打幺三八幺二三四五六七八"),
        ("拨打110", "拨打幺幺零"),
        ("重5kg", "重五千克"),
        ("时速120km/h", "时速一百二十千米每小时"),
        ("面积10m²", "面积十平方米"),
        ("气温-5℃", "气温零下五摄氏度"),
        ("50元/天", "五十元每天"),
        ("10-20人", "十到二十人"),
        ("3~5天", "三到五天"),
        ("比分是3:2", "比分是三比二"),
        ("以3-2获胜", "以三比二获胜"),
        ("请看1/2", "请看二分之一"),
        ("加½杯水", "加二分之一杯水"),
        ("算式3+5=8", "算式三加五等于八"),
        ("算式10-3=7", "算式十减三等于七"),
        ("零下-3.5度", "零下负三点五度"),
        ("第1名", "第一名"),
        ("第Ⅲ章", "第三章"),
        ("第IV部分", "第四部分"),
        ("1,234,567.89元", "一百二十三万四千五百六十七点八九元"),
        ("编号是202312345678", "编号是二零二三一二三四五六七八"),
        ("特工007", "特工零零七"),
        ("１２３号", "一百二十三号"),
        ("①首先", "一首先"),
    ],
)
def test_figures_in_chinese_text_are_said_in_chinese(text: str, spoken: str) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("2个", "两个"),
        ("2年", "两年"),
        ("2000元", "两千元"),
        ("2万", "两万"),
        ("2:15开会", "两点十五分开会"),
        ("200元", "二百元"),
        ("22个", "二十二个"),
        ("第2个", "第二个"),
        ("2月2日", "二月二日"),
        ("2号线", "二号线"),
    ],
)
def test_two_is_liang_where_it_counts_and_er_where_it_numbers(text: str, spoken: str) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("我买了iPhone 15手机", "我买了 iPhone 十五手机"),
        ("打印在A4纸上", "打印在 A 四纸上"),
        ("装v1.2.3版本", "装 V 一点二点三版本"),
        ("感染了COVID-19病毒", "感染了 COVID 十九病毒"),
        ("看3D电影", "看三 D 电影"),
        ("写到me@test.com邮箱", "写到 me 艾特 test 点 com 邮箱"),
        ("打开https://github.com/a网站", "打开 github 点 com 斜杠 a 网站"),
        ("爸爸&妈妈", "爸爸和妈妈"),
    ],
)
def test_figures_beside_latin_letters_are_said_in_the_language_of_the_sentence(text: str, spoken: str) -> None:
    assert said(text) == spoken


def test_figures_in_a_longer_english_quotation_are_said_in_english() -> None:
    assert "three" in said("他说：“I have 3 cats and 2 dogs.”然后走了。")


def test_figures_alone_are_said_in_the_language_that_is_asked_for() -> None:
    assert said("3.5", language=Language.CHINESE) == "三点五"
    assert said("3.5", language=Language.ENGLISH) == "three point five"


def test_a_figure_is_one_word_with_a_reading_for_each_syllable() -> None:
    (box, *_) = words("1250个箱子")
    assert (box.text, box.start, box.end) == ("1250", 0, 4)
    assert len(box.reading) == len(box.spoken) == len("一千二百五十")


def test_tones_change_between_a_figure_and_the_word_after_it() -> None:
    assert pinyin("5本书") == "wu2 ben3 shu1"
