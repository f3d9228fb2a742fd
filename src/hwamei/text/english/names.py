"""Words of today that the dictionaries lack."""

from __future__ import annotations

OWN_READINGS = {
    "wifi": "wˈIfˌI", "github": "ɡˈɪthˌʌb", "gitlab": "ɡˈɪtlˌæb", "iphone": "ˈIfˌOn", "ipad": "ˈIpˌæd",
    "ipod": "ˈIpˌɑd", "imac": "ˈImˌæk", "icloud": "ˈIklˌWd", "macbook": "mˈækbˌʊk", "json": "ʤˈAsᵊn",
    "yaml": "jˈæmᵊl", "saas": "sˈæs", "ebay": "ˈibˌA", "youtube": "jˈutˌub", "tiktok": "tˈɪktˌɑk",
    "wechat": "wˈiʧˌæt", "weibo": "wˈAbˌO", "linux": "lˈɪnəks", "ubuntu": "ubˈuntu", "kubernetes": "kˌubəɹnˈɛɾiz",
    "docker": "dˈɑkəɹ", "python": "pˈIθˌɑn", "numpy": "nˈʌmpˌI", "pytorch": "pˈItˌɔɹʧ", "openai": "ˈOpᵊnˌAˌI",
    "huawei": "wˈɑwˌA", "xiaomi": "ʃˈWmi", "alibaba": "ˌɑləbˈɑbə", "baidu": "bˈIdˌu", "tencent": "tˈɛnsˌɛnt",
    "hwamei": "hwɑmˈA", "emoji": "imˈOʤi", "covid": "kˈOvˌɪd", "ms": "mˈɪz", "app": "ˈæp", "apps": "ˈæps",
    "blog": "blˈɑɡ", "selfie": "sˈɛlfi", "podcast": "pˈɑdkˌæst", "bluetooth": "blˈutˌuθ", "excel": "ɪksˈɛl",
    "sqlite": "ˌɛskjˌuˈɛlˌIt", "nginx": "ˌɛnʤənˈɛks", "résumé": "ɹˈɛzəmˌA", "ok": "ˌOkˈA", "fen": "fˈɛn",
    "js": "ʤˌAˈɛs", "dot": "dˈɑt",
}  # fmt: skip
