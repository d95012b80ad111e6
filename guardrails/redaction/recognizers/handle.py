# ruff: noqa: E501 - patterns and word lists stay on one line
"""Web addresses, social-network handles, IP and MAC addresses, UUID."""

from __future__ import annotations

from guardrails.redaction.recognizers.base import FoldedRecognizer, rule


class HandleRecognizer(FoldedRecognizer):
    """«facebook: Lupita Cruz MX», «@drperez», «https://…», «www.…»."""

    LABEL = "OTRO_ID"
    RULES = (
        rule("url", r"\b(?:https?|ftp)://[^\s<>\"»)]{3,300}", 0.9),
        rule("www", r"(?<![\w@.])www\.[a-z0-9\-]{2,60}(?:\.[a-z]{2,10}){1,3}(?:/[^\s<>\"»)]{0,200})?", 0.9),
        rule("site", r"(?<![\w@.])(?:facebook|instagram|twitter|tiktok|fb|t|wa)\.(?:com|me)/[^\s<>\"»)]{2,100}", 0.9),
        rule("handle", r"(?<![\w@.])@[a-z_][\w.]{2,30}", 0.85),
        rule(
            "network",
            r"(?<![a-z])(?:facebook|face|fb|instagram|insta|ig|twitter|tiktok|telegram|wechat|messenger|snapchat|skype)(?: ?:| como| es|, usuario| @| (?=[a-z]*[_.\d])) ?@?(?P<v>[a-z_][\w.]{2,30}(?: [a-z][\w.]{2,20}){0,2})",
            0.8,
        ),
        rule("ip", r"(?<![\w.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\w.]\d|\w)", 0.8),
        rule("mac", r"(?<![\w:])[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?![\w:])", 0.9),
        rule("uuid", r"(?<!\w)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?!\w)", 0.9),
        rule("serial", r"(?<![a-z])(?:no\.? ?(?:de )?serie|numero de serie|n/s|s/n(?= ?:)|serie|imei|niv|vin)[^\w\n]{1,4}(?P<v>(?=[a-z0-9\-]{0,12}\d)[a-z0-9][a-z0-9\-]{5,24})(?!\w)", 0.8),
    )


RECOGNIZERS = (HandleRecognizer,)
