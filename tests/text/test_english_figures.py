from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from hwamei.domain.language import Language
from hwamei.text.english.numbers import cardinal, ordinal
from tests.text.spoken import said

numbers = st.one_of(st.integers(0, 10_000), st.integers(min_value=0, max_value=10**15 - 1))


def plain(spelled: str) -> str:
    return spelled.replace("-", " ").replace(",", "").replace(" and ", " ")


@given(numbers)
def test_whole_numbers_are_said_as_an_independent_library_says_them(number: int) -> None:
    assert cardinal(str(number)) == plain(num2words(number))


@given(numbers)
def test_ordinals_are_said_as_an_independent_library_says_them(number: int) -> None:
    assert ordinal(str(number)) == plain(num2words(number, to="ordinal"))


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("There are 1,250 boxes", "There are one thousand two hundred fifty boxes"),
        ("It is 2.88% full", "It is two point eight eight percent full"),
        ("on March 3, 2024", "on March third twenty twenty four"),
        ("on 3 March 2024", "on the third of March twenty twenty four"),
        ("due 2026-03-15", "due March fifteenth twenty twenty six"),
        ("due 3/15/2026", "due March fifteenth twenty twenty six"),
        ("in 1905 and 2007", "in nineteen oh five and two thousand seven"),
        ("the 1990s and the '80s", "the nineteen nineties and the eighties"),
        ("the 1250 boxes", "the one thousand two hundred fifty boxes"),
        ("by 6:45 pm", "by six forty five PM"),
        ("at 8:05", "at eight oh five"),
        ("at 9:00", "at nine o'clock"),
        ("costs $42.50", "costs forty two dollars and fifty cents"),
        ("only $1.01", "only one dollar and one cent"),
        ("only £0.99", "only ninety nine pence"),
        ("about $3.5 million", "about three point five million dollars"),
        ("worth €100", "worth one hundred euros"),
        ("half is 1/2", "half is one half"),
        ("and 3/4 cup", "and three quarters cup"),
        ("use 2 1/2 cups", "use two and one half cups"),
        ("weighs 5 kg", "weighs five kilograms"),
        ("weighs 1 kg", "weighs one kilogram"),
        ("runs 120 km/h", "runs one hundred twenty kilometers per hour"),
        ("at -5°C", "at minus five degrees Celsius"),
        ("some 10-20 people", "some ten to twenty people"),
        ("won 3-2", "won three to two"),
        ("a ratio of 3:2", "a ratio of three to two"),
        ("use v1.2.3", "use V one point two point three"),
        ("write to a_b@test.com", "write to a underscore b at test dot com"),
        ("see www.example.com/a", "see WWW dot example dot com slash a"),
        ("Chapter IV", "Chapter four"),
        ("Henry VIII", "Henry the eighth"),
        ("World War II", "World War two"),
        ("Call 555-123-4567", "Call five five five one two three four five six seven"),
        ("the 1st and 22nd", "the first and twenty second"),
        ("open 24/7", "open twenty four seven"),
        ("a 3x5 card", "a three by five card"),
        ("3 + 5 = 8", "three plus five equals eight"),
        ("10 - 3 = 7", "ten minus three equals seven"),
        ("we are #1", "we are number one"),
        ("iPhone 15", "iPhone fifteen"),
        ("COVID-19", "COVID nineteen"),
        ("the mid-1990s", "the mid nineteen nineties"),
        ("agent 007", "agent zero zero seven"),
        ("Room 302", "Room three oh two"),
        ("1250 Main Street", "twelve fifty Main Street"),
        ("at 21 Green Street", "at twenty one Green Street"),
        ("code 123456789012", "code one two three four five six seven eight nine zero one two"),
        ("I love 北京 in 2024", "I love 北京 in twenty twenty four"),
    ],
)
def test_figures_in_english_text_are_said_in_english(text: str, spoken: str) -> None:
    assert said(text, language=Language.ENGLISH) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Dr. Miller's house", "Doctor Miller's house"),
        ("next to St. Mary's Church", "next to Saint Mary's Church"),
        ("Main St. is closed", "Main Street is closed"),
        ("Mr. and Mrs. Jones", "Mister and Mrs Jones"),
        ("fruit, e.g. apples", "fruit for example apples"),
        ("cats vs. dogs", "cats versus dogs"),
        ("see Fig. 3", "see figure three"),
        ("J. K. Rowling", "J K Rowling"),
        ("C++ and C#", "C plus plus and C sharp"),
        ("R&D", "R and D"),
        ("rock & roll", "rock and roll"),
        ("They sat. We stood.", "They sat We stood"),
    ],
)
def test_short_forms_are_said_in_full(text: str, spoken: str) -> None:
    assert said(text, language=Language.ENGLISH) == spoken
