"""Common given names, to tell them from family names; diminutives are not among them.

The list is small on purpose. It decides only where neither a patronymic nor a comma does.
Names that are common as family names, too, are left out. ``ё`` is written ``е``.
"""

from __future__ import annotations

from typing import Final

_RUSSIAN: Final = """
александр алексей альберт анатолий андрей антон аркадий арсений артем артур богдан борис вадим
валентин валерий василий виктор виталий владимир владислав всеволод вячеслав геннадий георгий
герман глеб григорий давид даниил данил демид денис дмитрий евгений егор ефим захар иван игорь
илья иннокентий кирилл константин лев леонид макар максим марат марк матвей мирон михаил никита
николай олег павел петр платон прохор радик рамиль ринат роберт родион роман ростислав руслан
рустам савелий семен сергей станислав степан тарас тимофей тимур федор филипп эдуард эльдар юрий
яков ярослав
агата алевтина александра алена алина алиса алла альбина анастасия ангелина анна антонина
анфиса валентина валерия варвара василиса вера вероника виктория галина дарья диана дина ева
евгения екатерина елена елизавета жанна зинаида злата зоя инна ирина карина кира клавдия кристина
ксения лариса лидия лилия любовь людмила маргарита марианна марина мария мила милана надежда
наталия наталья ника нина оксана олеся ольга полина раиса регина римма роза светлана снежана софия
софья таисия тамара татьяна ульяна эвелина эльвира эмилия юлия яна
айгуль алия айдар азамат амир арман асель бахтияр гульнара даурен динара жанар ильдар ильнур
камила мадина нурлан рашид фатима эльмира
"""
_LATIN: Final = """
aleksandr alexander alexandra alexei alexey alice amanda amy ana anastasia andreas andrei andrew
andrey angela anna anne anton barbara benjamin boris brian carlos carol catherine charlotte
chris christian christine claudia daniel david deborah denis diana dmitri dmitry donna dorothy
edward ekaterina elena elizabeth emily emma eric eugene eva evgeny felix florian frank gary
george hans heather helen igor ilya irina ivan jack jacob jan jane janet jason jean jeffrey
jennifer jessica joan john jonathan jose joseph joshua juan julia julie jurgen justin karen
katharina kathleen kenneth kevin kirill klaus konstantin larisa larry laura lena leonid linda
lisa lukas maksim maria marie marina mark markus martin mary matthew maxim melissa michael
michelle mikhail monika nancy natalia nicholas nicole nikita nikolai oksana oleg olga oliver
pamela patricia patrick paul pavel pedro peter petra philipp rachel rebecca richard robert roman
ronald ruth samantha samuel sandra sarah sebastian sergei sergey sharon sophia sophie stefan
stephanie stephen steven susan susanne svetlana sven tatiana tatyana thomas timothy ursula
viktor vladimir william wolfgang yulia yuri
"""

_CHINESE: Final = """
欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 长孙
長孫 宇文 司徒 司空 夏侯 轩辕 軒轅 端木 百里 呼延 南宫 南宮 独孤 獨孤 西门 西門 东郭
東郭 申屠 太史 澹台 濮阳 濮陽 淳于 赫连 赫連 钟离 鍾離 闻人 聞人 万俟 拓跋 完颜 完顏
"""

GIVEN_NAMES: Final = frozenset(_RUSSIAN.split()) | frozenset(_LATIN.split())
"""Given names in lower case, with ``е`` for ``ё``."""

TWO_CHARACTER_FAMILY_NAMES: Final = frozenset(_CHINESE.split())
"""Chinese family names of two characters; all others have one."""
