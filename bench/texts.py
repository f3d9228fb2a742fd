"""Texts to be spoken, written for this project: some fixed ones, and prose of any length."""

from __future__ import annotations

from itertools import product
from random import Random

SENTENCES = (
    "The old lighthouse keeper counted the ships before he put out the lamp.",
    "Please bring the blue folder on Thursday, and do not forget the keys.",
    "清晨的湖面上飘着一层薄薄的雾，几只水鸟从芦苇里飞了出来。",
    "他把收音机修好了，声音比以前还要清楚。",
)

ENGLISH_PARAGRAPH = (
    "When the museum opened its doors again in spring, nobody had expected such a crowd. Families waited in a line that"
    " reached around the corner, and the bakery across the street sold out before ten. Inside, the guides spoke softly,"
    " because the new hall carries every sound. By evening they had welcomed four thousand guests."
)

CHINESE_PARAGRAPH = (
    "春天，博物馆重新开门的时候，谁也没有想到会来这么多人。排队的人一直站到了街角，对面的面包店不到十点就卖光了。展厅里，讲解员说话很轻，"
    "因为新的大厅能把每一个声音都传得很远。孩子们最喜欢二楼的船模，那是一位老木匠花了十二年做成的。他每天下班以后，在自家的院子里一点一点地刻，"
    "冬天手冻得发红，也没有停过。到了傍晚，馆长站在门口，跟最后几位客人道别。她说，明天还会有人来，后天也会有人来，只要大家愿意听，这些旧东西就还有话要说。"
    "回家的路上，街灯一盏一盏亮起来，风里有一点花香，有人小声地唱起了歌。大家都走得很慢，好像舍不得让这一天就这样过去，谁也不愿意先说再见。"
)

_WHO = (
    "The baker", "My neighbour", "A tired driver from the coast", "Nobody in the valley",
    "The youngest of three sisters",
    "Our teacher", "The man who repairs clocks", "An engineer", "The captain of the small white ferry", "Grandmother",
    "Every gardener I know",
)  # fmt: skip
_DID = (
    "walked along the river", "wrote a long letter", "remembered the winter of the great storm",
    "sold two baskets of pears",
    "listened", "waited for the evening train", "found a coin that was older than the town itself", "closed the window",
    "asked for a cup of tea and a slice of bread", "laughed",
)  # fmt: skip
_WHEN = (
    "before sunrise.", "on Monday.", "while the others were still asleep.", "again.", "as if nothing had happened.",
    "because the road was closed, and nobody could say for how long.", "without a word.",
    "until the lamps along the harbour were lit one after the other.", "last year.",
)  # fmt: skip


def long_text(characters: int) -> str:
    """English prose of exactly so many characters, the same every time, in sentences of many lengths, the longest
    first: it is in every text that is long enough."""
    sentences = [" ".join(parts) for parts in product(_WHO, _DID, _WHEN)]
    Random(1).shuffle(sentences)
    longest = max(sentences, key=len)
    once = " ".join([longest, *sentences]) + " "
    return (once * (characters // len(once) + 1))[:characters]
