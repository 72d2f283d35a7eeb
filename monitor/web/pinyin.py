"""Pinyin of Chinese text, as initials and in full: 居民 → jm, jumin.

GB 2312 orders its 3,755 common characters by pinyin, so a character's place tells its syllable, and one table of where
each syllable begins tells all of them (GB/T 2312-1980, level 1). Rarer characters have none and are left out. A
character has the one reading by which it is ordered; names that are read otherwise are listed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

# the first character of each syllable among the level-1 characters; v stands for ü
_FIRST = (
    "啊a埃ai鞍an肮ang凹ao芭ba白bai斑ban邦bang苞bao杯bei奔ben崩beng逼bi鞭bian标biao鳖bie彬bin兵bing玻bo捕bu擦ca猜cai餐can苍cang操cao厕ce"
    "层ceng插cha拆chai搀chan昌chang超chao车che郴chen撑cheng吃chi充chong抽chou初chu揣chuai川chuan疮chuang吹chui春chun戳chuo疵ci"
    "聪cong凑cou粗cu蹿cuan摧cui村cun磋cuo搭da呆dai耽dan当dang刀dao德de蹬deng堤di颠dian碉diao跌die丁ding丢diu东dong兜dou督du端duan堆dui"
    "墩dun掇duo蛾e恩en而er发fa藩fan坊fang菲fei芬fen丰feng佛fo否fou夫fu噶ga该gai干gan冈gang篙gao哥ge给gei根gen耕geng工gong钩gou辜gu刮gua"
    "乖guai棺guan光guang瑰gui辊gun锅guo哈ha骸hai酣han夯hang壕hao呵he嘿hei痕hen哼heng轰hong喉hou呼hu花hua槐huai欢huan荒huang灰hui荤hun"
    "豁huo击ji嘉jia歼jian僵jiang蕉jiao揭jie巾jin荆jing炯jiong揪jiu鞠ju捐juan撅jue均jun喀ka开kai刊kan康kang考kao坷ke肯ken坑keng空kong"
    "抠kou枯ku夸kua块kuai宽kuan匡kuang亏kui坤kun括kuo垃la莱lai蓝lan琅lang捞lao勒le雷lei棱leng厘li俩lia联lian粮liang撩liao列lie琳lin"
    "玲ling溜liu龙long楼lou芦lu驴lv峦luan掠lve抡lun萝luo妈ma埋mai瞒man芒mang猫mao么me玫mei门men萌meng眯mi棉mian苗miao蔑mie民min明ming"
    "谬miu摸mo谋mou拇mu拿na氖nai南nan囊nang挠nao呢ne馁nei嫩nen能neng妮ni蔫nian娘niang鸟niao捏nie您nin柠ning牛niu脓nong奴nu女nv暖nuan"
    "虐nve挪nuo哦o欧ou啪pa拍pai攀pan乓pang抛pao呸pei喷pen砰peng坯pi篇pian飘piao撇pie拼pin乒ping坡po扑pu期qi掐qia牵qian枪qiang橇qiao"
    "切qie钦qin青qing琼qiong秋qiu趋qu圈quan缺que裙qun然ran瓤rang饶rao惹re壬ren扔reng日ri戎rong揉rou茹ru软ruan蕊rui闰run若ruo撒sa腮sai"
    "三san桑sang搔sao瑟se森sen僧seng莎sha筛shai珊shan墒shang梢shao奢she砷shen声sheng师shi收shou蔬shu刷shua摔shuai栓shuan霜shuang"
    "谁shui吮shun说shuo斯si松song搜sou苏su酸suan虽sui孙sun蓑suo塌ta胎tai坍tan汤tang掏tao特te藤teng梯ti天tian挑tiao贴tie厅ting通tong"
    "偷tou凸tu湍tuan推tui吞tun拖tuo挖wa歪wai豌wan汪wang威wei瘟wen嗡weng挝wo巫wu昔xi瞎xia掀xian相xiang萧xiao楔xie薪xin星xing兄xiong"
    "休xiu墟xu轩xuan靴xue勋xun压ya焉yan殃yang邀yao椰ye一yi茵yin英ying哟yo拥yong幽you迂yu鸳yuan曰yue耘yun匝za栽zai咱zan赃zang遭zao责ze"
    "贼zei怎zen增zeng扎zha摘zhai瞻zhan樟zhang招zhao遮zhe珍zhen蒸zheng芝zhi中zhong舟zhou珠zhu抓zhua拽zhuai专zhuan桩zhuang椎zhui"
    "谆zhun捉zhuo兹zi鬃zong邹zou租zu钻zuan嘴zui尊zun昨zuo"
)
_STARTS = [(int.from_bytes(first.encode("gb2312")), syllable) for first, syllable in re.findall("(.)([a-z]+)", _FIRST)]
_CODES = [code for code, _ in _STARTS]
_LAST = 0xD7F9
# names that people read otherwise than their characters are ordered
_SPOKEN = {"重庆": ("chong", "qing"), "西藏": ("xi", "zang")}


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    """Its syllable; ASCII is kept in lower case without blanks, anything else is empty."""
    if character.isascii():
        return character.lower().strip()
    code = int.from_bytes(character.encode("gb2312", "ignore"))
    return _STARTS[bisect_right(_CODES, code) - 1][1] if _CODES[0] <= code <= _LAST else ""


def initials(text: str) -> str:
    """The first letters of the text's common characters; other text is kept in lower case without blanks."""
    return "".join(_syllable(character)[:1] for character in text)


def syllables(text: str) -> tuple[str, ...]:
    """What each character is read as, one entry a character, names as people say them; empty where it is not known."""
    found = [_syllable(character) for character in text]
    for name, spoken in _SPOKEN.items():
        for place in range(len(text) - len(name) + 1):
            if text.startswith(name, place):
                found[place : place + len(name)] = spoken
    return tuple(found)


def pinyin(text: str) -> str:
    """The whole text as it is read, without blanks: 重庆市 → chongqingshi."""
    return "".join(syllables(text))
