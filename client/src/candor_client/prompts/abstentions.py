"""How models decline in words: phrases that are an abstention where they are the whole answer.

The server and the client have this list alike, byte by byte (a test holds it). They compare it
folded: case, apostrophes, blanks and punctuation at the end do not count. A word that is as often
an answer ("none", "no", "nothing", "pass", "0") is not in it. A change is a new edition.
"""

from typing import Final

EDITION: Final = 1

PHRASES: Final[dict[str, str]] = {
    "en": (
        "i don't know|i do not know|i dont know|don't know|do not know|dont know|dunno|i "
        "dunno|idk|i really don't know|i honestly don't know|i simply don't know|i just don't "
        "know|i have no idea|no idea|i've no idea|i haven't a clue|i have no clue|no clue|i'm "
        "not sure|i am not sure|not sure|i'm unsure|i am unsure|unsure|i'm not certain|i am "
        "not certain|i'm uncertain|i am uncertain|unknown|unknown to me|not known|unclear|i "
        "cannot answer|i can't answer|i can not answer|cannot answer|can't answer|unable to "
        "answer|i'm unable to answer|i am unable to answer|i cannot say|i can't say|cannot "
        "say|can't say|hard to say|i couldn't say|i could not say|i cannot tell|i can't tell|"
        "cannot tell|can't tell|i cannot determine|i can't determine|cannot determine|can't "
        "determine|unable to determine|i'm unable to determine|i am unable to determine|"
        "cannot be determined|can't be determined|can not be determined|could not be "
        "determined|undetermined|undeterminable|indeterminate|impossible to determine|it is "
        "impossible to determine|impossible to say|impossible to tell|cannot be answered|"
        "can't be answered|unanswerable|not answerable|no answer|no answer available|no "
        "answer given|no answer possible|no answer found|i have no answer|i don't have an "
        "answer|i do not have an answer|i abstain|abstain|i choose to abstain|i will abstain|"
        "i'd rather not answer|i would rather not answer|i prefer not to answer|i decline to "
        "answer|declined|i'd rather not say|n/a|not available|not applicable|information not "
        "available|information unavailable|no information|no information available|no "
        "information is available|no information provided|not provided|not specified|not "
        "stated|not mentioned|not enough information|there is not enough information|there "
        "isn't enough information|insufficient information|insufficient data|insufficient "
        "context|insufficient evidence|not enough data|not enough context|not enough info|i "
        "don't have enough information|i do not have enough information|i don't have "
        "sufficient information|i do not have sufficient information|i don't have that "
        "information|i do not have that information|i don't have information|i do not have "
        "information|i don't have this information|i don't have any information|i do not have "
        "any information|i have no information|i lack the information|i don't have access|i "
        "don't remember|i do not remember|i can't remember|i cannot remember|i don't recall|i "
        "do not recall|i can't recall|i cannot recall|i'm not aware|i am not aware|i'm not "
        "familiar|i am not familiar|i can't help|i cannot help|i can't assist|i cannot assist|"
        "i'm unable to help|i am unable to help|i can't provide an answer|i cannot provide an "
        "answer|i'm unable to provide an answer|i am unable to provide an answer|i can't "
        "provide a definitive answer|i cannot provide a definitive answer|i cannot provide|i "
        "can't provide that|i cannot find|i can't find|i could not find|i couldn't find|i "
        "cannot verify|i can't verify|i can't confirm|i cannot confirm|beats me|who knows|"
        "your guess is as good as mine|i'm afraid i don't know|no comment|can't be sure|i "
        "can't be sure|i cannot be sure|i'm not able to answer|i am not able to answer|i'm "
        "not able to determine|not able to answer|i do not wish to answer|i won't answer|i "
        "will not answer|i am not confident|i'm not confident|not confident|i'm not confident "
        "enough|i am not confident enough|not confident enough|i don't know for sure|i do not "
        "know for sure|i'm not sure enough|nobody knows|no one knows|can't say for sure|i "
        "can't say for sure|i cannot say for sure|i cannot say for certain|i can't say for "
        "certain"
    ),
    "de": (
        "das weiß ich leider nicht|ich weiß es leider nicht|leider weiß ich es nicht|ich weiß "
        "es nicht|ich weiß nicht|weiß ich nicht|weiß nicht|das weiß ich nicht|ich weiß das "
        "nicht|ich weiß die antwort nicht|keine ahnung|ich habe keine ahnung|ich hab keine "
        "ahnung|ich bin nicht sicher|ich bin mir nicht sicher|bin mir nicht sicher|nicht "
        "sicher|ich bin unsicher|unsicher|unbekannt|nicht bekannt|das ist nicht bekannt|ist "
        "mir nicht bekannt|das ist mir nicht bekannt|keine antwort|keine antwort möglich|ich "
        "kann das nicht beantworten|ich kann es nicht beantworten|ich kann die frage nicht "
        "beantworten|ich kann diese frage nicht beantworten|das kann ich nicht beantworten|"
        "diese frage kann ich nicht beantworten|kann ich nicht beantworten|ich kann es nicht "
        "sagen|das kann ich nicht sagen|kann ich nicht sagen|schwer zu sagen|nicht "
        "beantwortbar|nicht bestimmbar|kann nicht bestimmt werden|lässt sich nicht bestimmen|"
        "nicht genügend informationen|nicht genug informationen|zu wenig informationen|"
        "unzureichende informationen|keine angabe|keine angaben|k. a|k.a|ich enthalte mich|"
        "enthaltung|dazu habe ich keine informationen|weiss nicht|ich weiss nicht|ich weiss "
        "es nicht"
    ),
    "fr": (
        "je ne sais pas|je sais pas|j'ignore|je l'ignore|je n'en sais rien|je n'ai aucune "
        "idée|aucune idée|pas d'idée|je n'ai pas la réponse|je ne connais pas la réponse|je "
        "ne suis pas sûr|je ne suis pas sûre|je ne suis pas certain|je ne suis pas certaine|"
        "pas sûr|pas certain|inconnu|inconnue|réponse inconnue|je ne peux pas répondre|je ne "
        "peux pas répondre à cette question|je ne suis pas en mesure de répondre|je ne peux "
        "pas le dire|impossible à dire|impossible de répondre|impossible à déterminer|"
        "impossible de déterminer|on ne peut pas déterminer|ne peut être déterminé|"
        "indéterminé|pas de réponse|sans réponse|aucune réponse|informations insuffisantes|"
        "information insuffisante|pas assez d'informations|je n'ai pas assez d'informations|"
        "non disponible|je m'abstiens|je préfère ne pas répondre|non précisé"
    ),
    "es": (
        "no lo sé|no sé|yo no sé|no lo se|no se|no tengo idea|ni idea|no tengo ni idea|no "
        "conozco la respuesta|no sé la respuesta|desconozco la respuesta|lo desconozco|"
        "desconocido|desconocida|se desconoce|no estoy seguro|no estoy segura|no seguro|no "
        "puedo responder|no puedo responder a esa pregunta|no puedo responder a esta pregunta|"
        "no puedo contestar|no puedo decirlo|no sabría decir|no sabría decirlo|imposible de "
        "determinar|no se puede determinar|indeterminado|sin respuesta|no hay respuesta|"
        "información insuficiente|no hay suficiente información|no tengo suficiente "
        "información|no hay información suficiente|no disponible|me abstengo|prefiero no "
        "responder|no se sabe|no especificado"
    ),
    "pt": (
        "não sei|eu não sei|não o sei|não faço ideia|não tenho ideia|nem ideia|sei lá|não sei "
        "a resposta|desconheço|desconheço a resposta|desconhecido|desconhecida|não tenho "
        "certeza|não estou certo|não estou seguro|não posso responder|não consigo responder|"
        "não posso responder a esta pergunta|não posso dizer|não é possível determinar|não "
        "pode ser determinado|indeterminado|sem resposta|não há resposta|informação "
        "insuficiente|informações insuficientes|não há informações suficientes|não tenho "
        "informações suficientes|não disponível|me abstenho|abstenho-me|prefiro não responder|"
        "não especificado"
    ),
    "it": (
        "non lo so|non so|non lo saprei|non saprei|non ne ho idea|non ho idea|nessuna idea|"
        "boh|non conosco la risposta|non so la risposta|sconosciuto|sconosciuta|ignoto|non "
        "sono sicuro|non sono sicura|non sono certo|non posso rispondere|non sono in grado di "
        "rispondere|non posso rispondere a questa domanda|non posso dirlo|impossibile dirlo|"
        "impossibile determinare|non determinabile|non può essere determinato|non è possibile "
        "determinarlo|indeterminato|nessuna risposta|informazioni insufficienti|non ci sono "
        "abbastanza informazioni|non ho abbastanza informazioni|non disponibile|mi astengo|"
        "preferisco non rispondere|non specificato"
    ),
    "nl": (
        "ik weet het niet|weet ik niet|ik weet niet|weet het niet|dat weet ik niet|ik weet "
        "het antwoord niet|geen idee|ik heb geen idee|ik ben niet zeker|ik ben er niet zeker "
        "van|niet zeker|onzeker|onbekend|niet bekend|ik kan dat niet beantwoorden|ik kan het "
        "niet beantwoorden|ik kan deze vraag niet beantwoorden|dat kan ik niet beantwoorden|"
        "dat kan ik niet zeggen|kan ik niet zeggen|niet te bepalen|kan niet worden bepaald|"
        "geen antwoord|onvoldoende informatie|niet genoeg informatie|niet beschikbaar|ik "
        "onthoud me|ik zou het niet weten"
    ),
    "sv": (
        "jag vet inte|vet inte|vet ej|det vet jag inte|ingen aning|jag har ingen aning|jag är "
        "inte säker|inte säker|osäker|okänt|okänd|jag kan inte svara|jag kan inte svara på "
        "den frågan|jag kan inte säga|kan inte avgöras|går inte att avgöra|inget svar|"
        "otillräcklig information|inte tillräckligt med information|jag avstår|ej tillgänglig"
    ),
    "da": (
        "jeg ved det ikke|jeg ved ikke|det ved jeg ikke|ved ikke|ved det ikke|ingen anelse|"
        "jeg har ingen anelse|aner det ikke|det aner jeg ikke|jeg er ikke sikker|ikke sikker|"
        "usikker|ukendt|jeg kan ikke svare|jeg kan ikke svare på det|jeg kan ikke sige|kan "
        "ikke afgøres|kan ikke bestemmes|intet svar|ikke nok information|utilstrækkelig "
        "information|jeg undlader at svare"
    ),
    "no": (
        "jeg vet ikke|jeg vet det ikke|det vet jeg ikke|vet ikke|eg veit ikkje|veit ikkje|"
        "ingen anelse|jeg har ingen anelse|aner ikke|jeg aner ikke|ukjent|jeg kan ikke svare "
        "på dette|jeg kan ikke si|kan ikke avgjøres|kan ikke bestemmes|ikke nok informasjon|"
        "utilstrekkelig informasjon|jeg avstår"
    ),
    "fi": (
        "en tiedä|minä en tiedä|en minä tiedä|en osaa sanoa|ei tietoa|ei aavistustakaan|"
        "minulla ei ole aavistustakaan|en ole varma|epävarma|tuntematon|en osaa vastata|en "
        "voi vastata|en pysty vastaamaan|ei voida määrittää|ei vastausta|ei tarpeeksi tietoa|"
        "ei riittävästi tietoa|eos"
    ),
    "is": (
        "ég veit það ekki|ég veit ekki|veit ekki|veit það ekki|ekki viss|ég er ekki viss|"
        "óþekkt|engin hugmynd|ég hef ekki hugmynd"
    ),
    "pl": (
        "nie wiem|ja nie wiem|nie wiem tego|nie mam pojęcia|nie znam odpowiedzi|nie jestem "
        "pewien|nie jestem pewna|nie jestem pewny|nieznane|nieznany|nieznana|nie wiadomo|nie "
        "mogę odpowiedzieć|nie potrafię odpowiedzieć|nie mogę odpowiedzieć na to pytanie|nie "
        "umiem powiedzieć|trudno powiedzieć|nie można określić|nie da się określić|brak "
        "odpowiedzi|brak informacji|brak danych|za mało informacji|niewystarczające "
        "informacje|wstrzymuję się|niedostępne"
    ),
    "cs": (
        "nevím|já nevím|to nevím|nevím to|nemám tušení|nemám ponětí|neznám odpověď|nejsem si "
        "jistý|nejsem si jistá|nejsem si jist|neznámé|neznámý|není známo|nemohu odpovědět|"
        "nemůžu odpovědět|nedokážu odpovědět|nelze určit|nelze odpovědět|nelze říci|těžko "
        "říct|bez odpovědi|nedostatek informací|není dostatek informací|zdržuji se|netuším"
    ),
    "sk": (
        "neviem|ja neviem|to neviem|netuším|nemám tušenie|neviem odpoveď|nepoznám odpoveď|nie "
        "som si istý|nie som si istá|neznáme|neznámy|nie je známe|nemôžem odpovedať|neviem "
        "odpovedať|nedá sa určiť|nemožno určiť|ťažko povedať|nedostatok informácií|zdržiavam "
        "sa"
    ),
    "sl": (
        "ne vem|jaz ne vem|tega ne vem|nimam pojma|nisem prepričan|nisem prepričana|neznano|"
        "ni znano|ne morem odgovoriti|ni mogoče določiti|ni odgovora|premalo informacij"
    ),
    "hr": (
        "ne znam|ja ne znam|to ne znam|nemam pojma|nisam siguran|nisam sigurna|nepoznato|nije "
        "poznato|ne mogu odgovoriti|ne može se odrediti|nije moguće odrediti|nema odgovora|"
        "nedovoljno informacija|ne bih znao"
    ),
    "sr": (
        "не знам|ја не знам|то не знам|немам појма|нисам сигуран|нисам сигурна|непознато|није "
        "познато|не могу да одговорим|не може се одредити|нема одговора|недовољно информација"
    ),
    "bg": (
        "не знам|аз не знам|не зная|нямам представа|нямам идея|не съм сигурен|не съм сигурна|"
        "неизвестно|не е известно|не мога да отговоря|не може да се определи|няма отговор|"
        "недостатъчно информация"
    ),
    "mk": "не знам|јас не знам|немам поим|не сум сигурен|непознато|не можам да одговорам",
    "ru": (
        "не знаю|я не знаю|я этого не знаю|этого я не знаю|понятия не имею|не имею понятия|"
        "без понятия|не уверен|я не уверен|не уверена|я не уверена|затрудняюсь ответить|"
        "затрудняюсь с ответом|неизвестно|это неизвестно|ответ неизвестен|мне неизвестно|мне "
        "это неизвестно|не могу ответить|я не могу ответить|я не могу ответить на этот вопрос|"
        "не могу сказать|я не могу сказать|трудно сказать|сложно сказать|невозможно "
        "определить|нельзя определить|определить невозможно|не могу определить|нет ответа|"
        "ответа нет|нет информации|нет данных|недостаточно информации|недостаточно данных|у "
        "меня недостаточно информации|у меня нет информации|воздержусь|воздерживаюсь|я "
        "воздержусь|не помню"
    ),
    "uk": (
        "не знаю|я не знаю|цього я не знаю|гадки не маю|уявлення не маю|не маю уявлення|"
        "поняття не маю|не впевнений|я не впевнений|не впевнена|невідомо|це невідомо|не можу "
        "відповісти|я не можу відповісти|не можу сказати|важко сказати|неможливо визначити|не "
        "можна визначити|немає відповіді|немає інформації|недостатньо інформації|утримуюсь|"
        "утримаюся"
    ),
    "be": "не ведаю|я не ведаю|не ўпэўнены|невядома|не магу адказаць",
    "ro": (
        "nu știu|eu nu știu|nu stiu|nu ştiu|habar n-am|n-am idee|nu am idee|nu am nicio idee|"
        "nu cunosc răspunsul|nu sunt sigur|nu sunt sigură|necunoscut|nu se știe|nu pot "
        "răspunde|nu pot răspunde la această întrebare|nu pot spune|nu se poate determina|"
        "imposibil de determinat|fără răspuns|informații insuficiente|nu sunt suficiente "
        "informații|mă abțin"
    ),
    "hu": (
        "nem tudom|én nem tudom|ezt nem tudom|fogalmam sincs|nincs ötletem|nem vagyok biztos|"
        "nem vagyok biztos benne|nem biztos|ismeretlen|nem ismert|nem tudok válaszolni|nem "
        "tudok erre válaszolni|nem tudom megmondani|nem tudom a választ|nem meghatározható|"
        "nem lehet meghatározni|nincs válasz|nincs elég információ|nem áll rendelkezésre "
        "elegendő információ|tartózkodom"
    ),
    "el": (
        "δεν ξέρω|δε ξέρω|δεν γνωρίζω|δε γνωρίζω|δεν το ξέρω|δεν έχω ιδέα|καμία ιδέα|δεν "
        "είμαι σίγουρος|δεν είμαι σίγουρη|δεν είμαι βέβαιος|άγνωστο|άγνωστος|δεν μπορώ να "
        "απαντήσω|δεν μπορώ να πω|δεν μπορεί να προσδιοριστεί|καμία απάντηση|ανεπαρκείς "
        "πληροφορίες|δεν υπάρχουν αρκετές πληροφορίες"
    ),
    "tr": (
        "bilmiyorum|ben bilmiyorum|bunu bilmiyorum|hiçbir fikrim yok|fikrim yok|cevabı "
        "bilmiyorum|emin değilim|bundan emin değilim|bilinmiyor|bilinmeyen|cevap veremem|bu "
        "soruya cevap veremem|yanıt veremem|yanıtlayamam|cevaplayamam|söyleyemem|belirlenemez|"
        "belirlenemiyor|cevap yok|yeterli bilgi yok|yetersiz bilgi|çekimserim|çekimser "
        "kalıyorum"
    ),
    "az": "bilmirəm|mən bilmirəm|əmin deyiləm|naməlum|cavab verə bilmərəm",
    "ar": (
        "لا أعرف|لا اعرف|لا أعلم|لا اعلم|لا أدري|لا ادري|أنا لا أعرف|لا أعرف الإجابة|لا أعرف "
        "الجواب|ليس لدي فكرة|ليس لدي أي فكرة|ليست لدي فكرة|لا فكرة لدي|لا فكرة|لست متأكدا|لست "
        "متأكدًا|لست متأكداً|لست متأكدة|غير متأكد|لست واثقا|غير معروف|غير معروفة|مجهول|غير "
        "معلوم|لا أستطيع الإجابة|لا يمكنني الإجابة|لا أستطيع الإجابة على هذا السؤال|لا يمكنني "
        "الإجابة على هذا السؤال|لا أستطيع أن أقول|لا يمكن تحديده|لا يمكن التحديد|لا يمكن "
        "تحديد ذلك|لا توجد إجابة|لا يوجد جواب|معلومات غير كافية|لا توجد معلومات كافية|ليس لدي "
        "معلومات كافية|أمتنع عن الإجابة|غير متوفر|غير متاح|ما أعرف|معرفش"
    ),
    "he": (
        "אני לא יודע|אני לא יודעת|לא יודע|לא יודעת|איני יודע|אינני יודע|אינני יודעת|אין לי "
        "מושג|אין לי שמץ של מושג|אני לא בטוח|אני לא בטוחה|לא בטוח|לא בטוחה|לא ידוע|לא יכול "
        "לענות|אני לא יכול לענות|אני לא יכול לענות על השאלה|לא ניתן לקבוע|אי אפשר לדעת|אין "
        "תשובה|אין מספיק מידע|אין לי תשובה"
    ),
    "fa": (
        "نمی‌دانم|نمیدانم|من نمی‌دانم|نمی دانم|نمی‌دونم|نمیدونم|مطمئن نیستم|من مطمئن نیستم|"
        "نامشخص|ناشناخته|هیچ ایده‌ای ندارم|نظری ندارم|نمی‌توانم پاسخ دهم|نمی‌توانم جواب بدهم|"
        "قابل تعیین نیست|اطلاعات کافی نیست|اطلاعات کافی ندارم|پاسخی ندارم"
    ),
    "ur": (
        "مجھے نہیں معلوم|مجھے معلوم نہیں|نہیں معلوم|معلوم نہیں|میں نہیں جانتا|میں نہیں جانتی|"
        "مجھے نہیں پتہ|مجھے نہیں پتا|مجھے یقین نہیں|نامعلوم|میں جواب نہیں دے سکتا|کافی "
        "معلومات نہیں"
    ),
    "hi": (
        "मुझे नहीं पता|मुझे पता नहीं|नहीं पता|पता नहीं|मैं नहीं जानता|मैं नहीं जानती|नहीं "
        "जानता|मुझे नहीं मालूम|मुझे मालूम नहीं|मालूम नहीं|मुझे यकीन नहीं है|मुझे यकीन नहीं|"
        "मुझे इसका उत्तर नहीं पता|मुझे उत्तर नहीं पता|मुझे जवाब नहीं पता|अज्ञात|मैं उत्तर "
        "नहीं दे सकता|मैं इसका उत्तर नहीं दे सकता|मैं जवाब नहीं दे सकता|निर्धारित नहीं किया "
        "जा सकता|कोई उत्तर नहीं|पर्याप्त जानकारी नहीं है|पर्याप्त जानकारी नहीं|कोई जानकारी "
        "नहीं|mujhe nahi pata"
    ),
    "mr": (
        "मला माहित नाही|मला माहीत नाही|माहित नाही|माहीत नाही|मला खात्री नाही|अज्ञात|मी उत्तर "
        "देऊ शकत नाही"
    ),
    "bn": (
        "আমি জানি না|জানি না|আমার জানা নেই|জানা নেই|আমি নিশ্চিত নই|নিশ্চিত নই|অজানা|আমি উত্তর "
        "দিতে পারছি না|আমি উত্তর দিতে পারব না|কোনো ধারণা নেই|আমার কোনো ধারণা নেই|পর্যাপ্ত "
        "তথ্য নেই"
    ),
    "pa": "ਮੈਨੂੰ ਨਹੀਂ ਪਤਾ|ਮੈਨੂੰ ਪਤਾ ਨਹੀਂ|ਪਤਾ ਨਹੀਂ|ਅਗਿਆਤ",
    "gu": "મને ખબર નથી|ખબર નથી|મને ખાતરી નથી|અજ્ઞાત",
    "ta": (
        "எனக்குத் தெரியாது|எனக்கு தெரியாது|தெரியாது|தெரியவில்லை|எனக்குத் தெரியவில்லை|எனக்கு "
        "தெரியவில்லை|உறுதியாகத் தெரியவில்லை"
    ),
    "te": "నాకు తెలియదు|తెలియదు|నాకు తెలీదు|నాకు ఖచ్చితంగా తెలియదు",
    "kn": "ನನಗೆ ಗೊತ್ತಿಲ್ಲ|ಗೊತ್ತಿಲ್ಲ|ನನಗೆ ತಿಳಿದಿಲ್ಲ|ತಿಳಿದಿಲ್ಲ",
    "ml": "എനിക്കറിയില്ല|എനിക്ക് അറിയില്ല|അറിയില്ല",
    "zh": (
        "我不知道|不知道|我不清楚|不清楚|我不确定|不确定|我不確定|不確定|我不太确定|"
        "我不太清楚|未知|不详|不詳|不明|我不知道答案|不知道答案|我不晓得|不晓得|不曉得|"
        "无法回答|無法回答|我无法回答|我無法回答|我无法回答这个问题|我無法回答這個問題|"
        "我不能回答|我不能回答这个问题|无法确定|無法確定|我无法确定|我無法確定|不能确定|"
        "无法判断|無法判斷|我无法判断|无从得知|無從得知|没有答案|沒有答案|信息不足|資訊不足|"
        "信息不足，无法回答|没有足够的信息|沒有足夠的資訊|我没有足够的信息|暂无信息|暂无|弃权|"
        "棄權|我弃权|很抱歉，我不知道|不好说|说不准|答えられません"
    ),
    "ja": (
        "わかりません|分かりません|判りません|わからない|分からない|わからないです|"
        "分からないです|知りません|存じません|私にはわかりません|私には分かりません|"
        "私は知りません|知らない|知らないです|不明|不明です|不明である|未知|答えられません|"
        "お答えできません|回答できません|答えることができません|回答不能|判断できません|"
        "判断できない|特定できません|確信がありません|確かではありません|自信がありません|"
        "自信がない|情報が不足しています|情報不足|情報が足りません|十分な情報がありません|"
        "該当なし|答えがわかりません|答えが分かりません|見当がつきません|棄権|棄権します"
    ),
    "ko": (
        "모르겠습니다|모르겠어요|모르겠다|모르겠음|모름|모릅니다|몰라요|몰라|저는 모릅니다|"
        "나는 모른다|모른다|잘 모르겠습니다|잘 모르겠어요|저는 모르겠습니다|저도 모르겠습니다|"
        "알 수 없음|알 수 없습니다|알 수 없다|알수없음|알지 못합니다|확실하지 않습니다|"
        "확실하지 않음|확신할 수 없습니다|확실하지 않아요|미상|불명|대답할 수 없습니다|답변할 "
        "수 없습니다|답할 수 없습니다|판단할 수 없습니다|정보가 부족합니다|정보 부족|정보가 "
        "충분하지 않습니다|답 없음|답변 없음|기권|기권합니다"
    ),
    "vi": (
        "tôi không biết|không biết|tôi không rõ|không rõ|tôi không chắc|không chắc|tôi không "
        "chắc chắn|không chắc chắn|chưa biết|chưa rõ|tôi không biết câu trả lời|tôi không thể "
        "trả lời|không thể trả lời|tôi không thể trả lời câu hỏi này|không thể xác định|không "
        "xác định|không đủ thông tin|không có thông tin|không có câu trả lời|em không biết|"
        "mình không biết"
    ),
    "th": (
        "ไม่ทราบ|ฉันไม่ทราบ|ผมไม่ทราบ|ไม่รู้|ฉันไม่รู้|ผมไม่รู้|ไม่แน่ใจ|ฉันไม่แน่ใจ|"
        "ผมไม่แน่ใจ|ไม่ทราบคำตอบ|ฉันไม่ทราบคำตอบ|ไม่สามารถตอบได้|ฉันไม่สามารถตอบได้|"
        "ฉันไม่สามารถตอบคำถามนี้ได้|ไม่สามารถระบุได้|ไม่มีข้อมูล|ข้อมูลไม่เพียงพอ|ไม่มีคำตอบ|"
        "ไม่ทราบครับ|ไม่ทราบค่ะ|ไม่รู้ครับ|ไม่รู้ค่ะ"
    ),
    "id": (
        "saya tidak tahu|tidak tahu|aku tidak tahu|saya nggak tahu|gak tahu|nggak tahu|saya "
        "tidak yakin|tidak yakin|tidak diketahui|belum diketahui|saya tidak bisa menjawab|"
        "saya tidak dapat menjawab|tidak dapat dijawab|tidak dapat ditentukan|tidak bisa "
        "ditentukan|tidak ada jawaban|informasi tidak cukup|tidak cukup informasi|kurang "
        "informasi|entahlah|tidak tersedia"
    ),
    "ms": (
        "saya tidak tahu|saya tak tahu|tak tahu|saya tidak pasti|tidak pasti|tak pasti|tidak "
        "diketahui|saya tidak boleh menjawab|saya tidak dapat menjawab|tidak dapat ditentukan|"
        "maklumat tidak mencukupi"
    ),
    "tl": (
        "hindi ko alam|ewan ko|hindi ako sigurado|di ko alam|walang ideya|hindi alam|hindi ko "
        "masasagot|hindi matukoy"
    ),
    "sw": (
        "sijui|mimi sijui|sina uhakika|sina wazo|haijulikani|siwezi kujibu|haiwezi "
        "kubainishwa|hakuna jibu"
    ),
    "lt": (
        "nežinau|aš nežinau|nesu tikras|nesu tikra|neįsivaizduoju|neturiu supratimo|nežinoma|"
        "negaliu atsakyti|neįmanoma nustatyti|nepakanka informacijos"
    ),
    "lv": (
        "nezinu|es nezinu|neesmu pārliecināts|neesmu drošs|nav ne jausmas|man nav ne jausmas|"
        "nezināms|nav zināms|nevaru atbildēt|nav iespējams noteikt|nepietiek informācijas"
    ),
    "et": (
        "ma ei tea|ei tea|mina ei tea|pole aimugi|mul pole aimugi|ma pole kindel|ma ei ole "
        "kindel|teadmata|tundmatu|ei oska öelda|ma ei oska vastata|ei saa määrata|ei saa "
        "vastata"
    ),
    "ca": (
        "no ho sé|no sé|no en tinc ni idea|ni idea|no n'estic segur|no estic segur|desconegut|"
        "es desconeix|no puc respondre|no es pot determinar|informació insuficient"
    ),
    "gl": "non o sei|non sei|nin idea|non estou seguro|descoñecido|non podo responder",
    "eu": "ez dakit|nik ez dakit|ez nago ziur|ideiarik ez|ezezaguna|ezin dut erantzun",
    "cy": (
        "dwi ddim yn gwybod|nid wyf yn gwybod|ddim yn gwybod|wn i ddim|dw i ddim yn siŵr|anhysbys"
    ),
    "ga": "níl a fhios agam|níl fhios agam|níl mé cinnte|anaithnid",
    "sq": "nuk e di|nuk e di përgjigjen|nuk jam i sigurt|e panjohur|nuk mund të përgjigjem",
    "af": "ek weet nie|weet nie|geen idee nie|ek is nie seker nie|onbekend",
    "eo": "mi ne scias|ne scias|nekonata|mi ne certas",
    "la": "nescio|ignotum|ignoro",
    "ka": "არ ვიცი|მე არ ვიცი|უცნობია|დარწმუნებული არ ვარ",
    "hy": "չգիտեմ|ես չգիտեմ|անհայտ է|վստահ չեմ",
    "kk": "білмеймін|мен білмеймін|белгісіз",
    "mn": "мэдэхгүй|би мэдэхгүй|тодорхойгүй",
    "ne": "मलाई थाहा छैन|थाहा छैन|अज्ञात",
    "si": "මම දන්නේ නැහැ|දන්නේ නැහැ|මා දන්නේ නැත",
    "am": "አላውቅም|እኔ አላውቅም|አይታወቅም",
    "yo": "mi ò mọ̀|n kò mọ̀",
    "zu": "angazi|angiqiniseki",
}
"""By language (ISO 639-1): phrases between bars."""

BEFORE: Final = (
    "i'm sorry, but|i am sorry, but|sorry, but|i'm sorry,|i am sorry,|i'm sorry.|i am sorry.|"
    "sorry,|sorry.|i'm sorry but|i am sorry but|sorry but|i apologize, but|i apologise, but|"
    "my apologies, but|apologies, but|unfortunately,|unfortunately|i'm afraid|i am afraid|i'm "
    "afraid that|honestly,|honestly|to be honest,|frankly,|as an ai,|as an ai language model,|"
    "as a language model,|as an ai assistant,|well,|hmm,|hm,|the answer|the answer is|the "
    "answer to this question|this question|this|it|that|it is|it's|this is|that is|i think|i "
    "guess|i believe|at this time,|currently,|es tut mir leid, aber|es tut mir leid,|tut mir "
    "leid, aber|tut mir leid,|entschuldigung, aber|entschuldigung,|leider|je suis désolé, "
    "mais|je suis désolé,|je suis désolée, mais|désolé, mais|désolé,|malheureusement,|lo "
    "siento, pero|lo siento,|lamentablemente,|la verdad es que|desculpe, mas|desculpe,|sinto "
    "muito, mas|sinto muito,|infelizmente,|mi dispiace, ma|mi dispiace,|purtroppo|spiacente, "
    "ma|het spijt me, maar|sorry, maar|helaas|tyvärr|jag är ledsen, men|förlåt, men|beklager, "
    "men|beklager,|desværre|valitettavasti|anteeksi, mutta|przepraszam, ale|przepraszam,|"
    "przykro mi, ale|niestety|omlouvám se, ale|bohužel|prepáčte, ale|žiaľ|извините, но|"
    "извините,|простите, но|простите,|к сожалению,|к сожалению|боюсь, что|боюсь,|вибачте, але|"
    "вибачте,|на жаль,|на жаль|îmi pare rău, dar|îmi pare rău,|din păcate|sajnálom, de|"
    "sajnálom,|sajnos|λυπάμαι, αλλά|λυπάμαι,|δυστυχώς|üzgünüm, ama|üzgünüm, ancak|üzgünüm,|"
    "maalesef|ne yazık ki|عذرا،|عذراً،|عذرًا،|آسف،|آسف، لكن|للأسف،|للأسف|أعتذر،|מצטער, אבל|"
    "מצטער,|אני מצטער, אבל|אני מצטער,|לצערי|متأسفم،|متاسفم،|متأسفانه|माफ़ कीजिए,|माफ कीजिए,|"
    "क्षमा करें,|क्षमा करें, लेकिन|मुझे खेद है,|দুঃখিত,|抱歉，|抱歉,|很抱歉，|很抱歉,|"
    "对不起，|對不起，|对不起,|不好意思，|申し訳ありませんが、|申し訳ありませんが|"
    "申し訳ございませんが、|すみませんが、|すみません、|すみません。|残念ながら、|残念ながら|"
    "ごめんなさい、|죄송합니다만|죄송하지만|죄송합니다.|죄송합니다,|미안하지만|안타깝게도|"
    "유감스럽게도|xin lỗi, nhưng|xin lỗi,|rất tiếc,|rất tiếc|ขออภัย|ขอโทษ|ขอโทษครับ|ขอโทษค่ะ|"
    "maaf, tapi|maaf,|mohon maaf,|paumanhin,|samahani,"
)
"""What may stand before a phrase."""

AFTER: Final = (
    "the answer|the answer to this|the answer to that|the answer to this question|the answer "
    "to that question|the answer to the question|the correct answer|this answer|that answer|"
    "this|that|this one|that one|this question|that question|the question|it|about this|about "
    "that|about it|about this topic|of this|of that|to answer|to answer this|to answer that|"
    "to answer this question|to answer that question|to answer the question|to say|to tell|to "
    "determine|to determine the answer|to determine this|to be sure|for sure|for certain|with "
    "certainty|with confidence|with that|with this|with that request|with this request|you "
    "with that|you with this|here|at all|at this time|at the moment|currently|yet|sorry|i'm "
    "sorry|i am sorry|i'm afraid|unfortunately|exactly|to me|from the text|from the given "
    "information|from the information given|from the information provided|from the provided "
    "information|from the context|from the given context|from the provided context|from the "
    "passage|in the text|in the passage|in the context|in the provided context|in the given "
    "text|based on the given information|based on the information given|based on the "
    "information provided|based on the provided information|based on the context|based on the "
    "given context|based on the provided context|based on the passage|with the given "
    "information|with the information given|with the information provided|given the "
    "information|given the context|without more information|without further information|"
    "without additional information|without more context|without additional context|of the "
    "answer|what the answer is|the exact answer|an answer|any information about this|any "
    "information on this|on this|on this topic|about this question|leider nicht|leider|sicher|"
    "genau|genau sagen|désolé|avec certitude|à cette question|la réponse|la respuesta|con "
    "certeza|a resposta|com certeza|la risposta|con certezza|zeker|met zekerheid|säkert|"
    "varmasti|na pewno|tego|odpowiedzi|jistě|точно|ответа|на этот вопрос|наверняка|напевно|"
    "відповіді|sigur|biztosan|σίγουρα|την απάντηση|kesin olarak|الإجابة|الجواب|على وجه اليقين|"
    "على هذا السؤال|התשובה|בוודאות|है|हैं|। क्षमा करें|。抱歉|呢|喔|啊|的|ね|です|"
    "。すみません|요|câu trả lời|ครับ|ค่ะ|คะ|jawabannya|secara pasti|ang sagot|jibu"
)
"""What may stand behind a phrase."""
