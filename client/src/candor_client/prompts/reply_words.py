"""The words of a reply's labelled lines in the languages that models reply in.

All are compared casefolded. Labels stand before a colon; the others are whole values.
"""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split("|"))


ANSWER: Final = _words(
    "final answer|answer|réponse finale|réponse|antwort|respuesta|resposta|risposta|odpowiedź|"
    "ответ|答案|回答|答え|답변|답|الإجابة|उत्तर|cevap|antwoord|svar|відповідь|jawaban"
)
ABSTAIN: Final = _words(
    "abstain|abstain?|abstention|abstained|s'abstenir|enthaltung|enthalten|abstención|abstenerse|"
    "abstenção|abster-se|astensione|astenuto|wstrzymanie się|воздержание|воздержаться|воздержусь|"
    "弃权|棄権|기권|امتناع|विरत|çekimser|onthouding|avstår|утримання"
)
CONFIDENCE: Final = _words(
    "confidence|confidence level|confidence score|confiance|konfidenz|zuversicht|sicherheit|"
    "confianza|confiança|confidenza|fiducia|pewność|уверенность|置信度|信心|確信度|自信度|신뢰도|확신도|"
    "الثقة|विश्वास|güven|vertrouwen|säkerhet|впевненість|keyakinan|probability|certainty"
)
YES: Final = _words(
    "yes|y|true|oui|ja|sí|si|sim|sì|tak|да|是|是的|はい|예|네|نعم|हाँ|हां|evet|так|ya|1"
)
NO: Final = _words(
    "no|n|false|non|nein|não|nie|нет|否|不|不是|いいえ|아니요|아니오|لا|नहीं|hayır|nee|nej|ні|tidak|0"
)
BLANK: Final = _words(
    "|-|—|–|none|n/a|na|null|empty|(empty)|(blank)|blank|[]|...|…|(leave empty)|(left empty)"
)
DECLINING: Final = _words(
    "i don't know|i do not know|idk|don't know|je ne sais pas|ich weiß es nicht|ich weiß nicht|"
    "weiß ich nicht|no lo sé|no sé|não sei|non lo so|nie wiem|не знаю|я не знаю|我不知道|不知道|"
    "わかりません|分かりません|모르겠습니다|모르겠어요|لا أعرف|मुझे नहीं पता|bilmiyorum|"
    "ik weet het niet|jag vet inte|saya tidak tahu"
)
