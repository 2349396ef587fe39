"""The words of a reply's labelled lines in the languages that models reply in.

Labels stand before a colon; the others are whole values, or what a value begins with. They are
compared without regard to case, in lists and replies alike: see `folded`.
"""

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]")


def visible(text: str) -> str:
    """A text in composed form without direction marks and other characters that nobody sees."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def folded(text: str) -> str:
    """A text as words are compared: case, width, apostrophes, blanks and closing signs aside."""
    plain = unicodedata.normalize("NFKC", visible(text)).casefold()
    plain = re.sub("[\u2018\u2019\u02bc\u00b4]", "'", unicodedata.normalize("NFC", plain))
    plain = " ".join(plain.replace("\u200c", "").replace("\u0307", "").split())
    # A capital I of Turkish words may be of either letter.
    plain = plain.replace("\u0131", "i")
    return plain.rstrip(".!?,;:。！？、，।؟۔ ").strip("\"'«»“”„「」*_` ")


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split("|"))


ANSWER: Final = _words(
    "final answer|answer|the answer|my answer|réponse finale|réponse|antwort|endgültige "
    "antwort|respuesta|respuesta final|resposta|resposta final|risposta|risposta finale|"
    "odpowiedź|odpowiedź końcowa|odpověď|odpoveď|ответ|окончательный ответ|відповідь|"
    "остаточна відповідь|答案|最终答案|最終答案|回答|最終回答|答え|最終的な答え|解答|답변|답|"
    "정답|최종 답변|최종 답|الإجابة|الجواب|الإجابة النهائية|उत्तर|अंतिम उत्तर|जवाब|উত্তর|"
    "cevap|yanıt|son cevap|antwoord|het antwoord|svar|slutligt svar|endeligt svar|vastaus|"
    "lopullinen vastaus|válasz|végső válasz|răspuns|απάντηση|τελική απάντηση|תשובה|התשובה|câu "
    "trả lời|đáp án|trả lời|คำตอบ|jawaban|jawapan|پاسخ|جواب|отговор|одговор|odgovor|atbilde|"
    "atsakymas|vastus|jibu|sagot|பதில்"
)
ABSTAIN: Final = _words(
    "abstain|abstain?|abstention|abstained|abstaining|s'abstenir|enthaltung|enthalten|"
    "abstención|abstenerse|abstenção|abster-se|astensione|astenuto|astenersi|wstrzymanie się|"
    "wstrzymanie|воздержание|воздержаться|воздержусь|отказ|弃权|棄權|棄権|기권|امتناع|"
    "الامتناع|विरत|çekimser|onthouding|onthouden|avstår|avstå|avhold|avholdelse|утримання|"
    "утриматися|zdržení se|zdržení|zdržanie sa|tartózkodás|abținere|αποχή|הימנעות|נמנע|bỏ qua|"
    "từ chối trả lời|งดตอบ|งดออกเสียง|abstain dari menjawab|tidak menjawab|خودداری|امتناع از "
    "پاسخ|въздържане|уздржавање|suzdržavanje|pidättäytyminen|pidättäydyn|বিরত|atturēšanās|"
    "susilaikymas|hoidumine|kujizuia|வாக்களிக்காமை"
)
CONFIDENCE: Final = _words(
    "confidence|confidence level|confidence score|confiance|niveau de confiance|konfidenz|"
    "zuversicht|sicherheit|vertrauen|confianza|nivel de confianza|confiança|nível de "
    "confiança|confidenza|fiducia|sicurezza|pewność|уверенность|置信度|信心|信心度|确信度|"
    "確信度|自信度|信頼度|신뢰도|확신도|자신감|الثقة|مستوى الثقة|विश्वास|आत्मविश्वास|güven|"
    "güven düzeyi|vertrouwen|zekerheid|säkerhet|konfidens|sikkerhed|sikkerhet|впевненість|"
    "keyakinan|probability|certainty|jistota|istota|magabiztosság|bizonyosság|încredere|"
    "εμπιστοσύνη|βεβαιότητα|ביטחון|רמת ביטחון|độ tin cậy|sự tự tin|ความมั่นใจ|keyakinan diri|"
    "اطمینان|увереност|поузданост|pouzdanost|luottamus|varmuus|আত্মবিশ্বাস|pārliecība|"
    "pasitikėjimas|kindlus|uhakika|kumpiyansa|நம்பிக்கை|likelihood"
)
YES: Final = _words(
    "yes|y|true|yep|yeah|oui|ja|sí|si|sim|sì|tak|да|是|是的|はい|예|네|نعم|हाँ|हां|evet|так|"
    "ya|1|ano|áno|igen|da|ναι|כן|có|ใช่|بله|בטח|kyllä|jā|taip|jah|ndiyo|oo|হ্যাঁ|ஆம்|i "
    "abstain|abstain|abstained|abstaining|i will abstain|je m'abstiens|ich enthalte mich|me "
    "abstengo|mi astengo|воздержусь|弃权|棄権"
)
NO: Final = _words(
    "no|n|false|nope|not|non|nein|não|nie|нет|否|不|不是|いいえ|아니요|아니오|لا|नहीं|hayır|"
    "nee|nej|nei|ні|tidak|0|ne|nem|nu|όχι|לא|không|ไม่|ไม่ใช่|خیر|نه|не|ei|nē|ei ole|hapana|"
    "hindi|না|இல்லை|answered|i do not abstain|i don't abstain|do not abstain|i am not "
    "abstaining|i'm not abstaining|not abstaining|i will not abstain|i won't abstain|i will "
    "answer|not abstain|no abstention|none|je ne m'abstiens pas|ich enthalte mich nicht|no me "
    "abstengo|não me abstenho|non mi astengo|不弃权"
)
UNDECIDED: Final = _words(
    "maybe|perhaps|possibly|not sure|unsure|yes and no|yes/no|yes or no|either|vielleicht|"
    "peut-être|quizás|quizá|tal vez|talvez|forse|może|возможно|может быть|可能|也许|たぶん|"
    "아마|ربما|शायद|belki"
)
BLANK: Final = _words(
    "|-|—|–|none|n/a|na|null|empty|(empty)|(blank)|blank|[]|...|…|(leave empty)|(left empty)|"
    "not applicable|nil|nan|unspecified|nicht zutreffend|sans objet|no aplica|não aplicável|"
    "non applicabile|nie dotyczy|не применимо|不适用|不適用|該当なし|해당 없음|لا ينطبق|लागू "
    "नहीं|uygulanamaz"
)
