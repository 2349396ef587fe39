"""Words and signs beside a number: currencies, multipliers, and units by their common names.

They are looked up whole and folded. A word that is none of them makes a text unreadable as a
number, for it may change what the number says ("42 dozen", "3 or so").
"""

from functools import lru_cache
from typing import Final

from app.grading.folding import fold

PREFIX_CURRENCIES: Final = {
    "us$": "usd",
    "usd": "usd",
    "a$": "aud",
    "ca$": "cad",
    "c$": "cad",
    "hk$": "hkd",
    "r$": "brl",
    "$": "usd",
    "\\$": "usd",
    "€": "eur",
    "eur": "eur",
    "£": "gbp",
    "gbp": "gbp",
    "¥": "yen",
    "￥": "yen",
    "jpy": "yen",
    "cny": "yuan",
    "rmb": "yuan",
    "₹": "inr",
    "inr": "inr",
    "rs.": "inr",
    "rs": "inr",
    "₽": "rub",
    "₩": "krw",
    "₺": "try",
    "₴": "uah",
    "₫": "vnd",
    "₪": "ils",
    "chf": "chf",
    "zł": "pln",
    "฿": "thb",
    "₱": "php",
    "₦": "ngn",
}

MULTIPLIERS: Final = {
    "thousand": 10**3,
    "tausend": 10**3,
    "mille": 10**3,
    "mil": 10**3,
    "тысяч": 10**3,
    "тысячи": 10**3,
    "million": 10**6,
    "millions": 10**6,
    "millionen": 10**6,
    "millones": 10**6,
    "milioni": 10**6,
    "миллиона": 10**6,
    "миллионов": 10**6,
    "trillion": 10**12,
    "trillions": 10**12,
    "milliarden": 10**9,
    "milliarde": 10**9,
    "milliards": 10**9,
    "miliardi": 10**9,
    "миллиардов": 10**9,
    "миллиарда": 10**9,
    "billion": 10**9,
    "billions": 10**9,
    "bn": 10**9,
    "lakh": 10**5,
    "lakhs": 10**5,
    "crore": 10**7,
    "crores": 10**7,
    "万": 10**4,
    "萬": 10**4,
    "億": 10**8,
    "亿": 10**8,
    "兆": 10**12,
    "만": 10**4,
    "억": 10**8,
}
"""`billion` as in English; languages in which it is 1e12 write more than the number."""

_UNITS: Final = """
km kilometer kilometers kilometre kilometres|m meter meters metre metres|cm centimeter
centimeters centimetre centimetres|mm millimeter millimeters millimetre millimetres|nm
nanometers nanometres|µm micrometers micrometres|mi mile miles|ft foot feet|in inch inches|
yd yard yards|ly light-years light-year|au|kg kilogram kilograms kilo kilos|g gram grams
gramm|mg milligram milligrams|t ton tons tonne tonnes|lb lbs pound pounds|oz ounce ounces|s
sec secs second seconds sekunden secondes segundos| ms millisecond milliseconds|min mins
minute minutes minuten minutos|h hr hrs hour hours stunden stunde heures horas ore|d day
days tage jours días dias giorni|week weeks wochen semaines semanas|month months monate
mois meses|year years yr yrs jahre ans années años anos anni|l liter liters litre litres|ml
milliliter milliliters millilitre millilitres|k kelvin|°c celsius °celsius|°f fahrenheit
°fahrenheit|° degree degrees deg grad degrés grados|rad radian radians|n newton newtons|j
joule joules|kj kilojoules|cal calories|kcal kilocalories|w watt watts|kw kilowatts|kwh|v
volt volts|a ampere amperes amps|ohm ohms ω|hz hertz|khz|mhz|ghz|pa pascal pascals|kpa|atm|
bar|mol mole moles|b byte bytes|kb kilobytes|mb megabytes|gb gigabytes|tb terabytes|bit
bits|m/s|km/h kph kmh|mph|m/s² m/s^2|m² m^2 sqm| km² km^2|cm² cm^2|m³ m^3|cm³ cm^3 cc|ha
hectares hectare|acre acres|g/mol|kg/m³ kg/m^3|usd dollar dollars bucks|cent cents|eur euro
euros €|gbp|yen jpy 円|yuan cny rmb 元|inr rupee rupees|rub rubles roubles рублей|krw won
원|chf francs|pln zł złoty złotych|kč czk|kr sek nok dkk|brl reais|mxn pesos|try lira|
person persons people personen personnes personas|time times mal fois veces|item items|
piece pieces| point points|student students|child children|apple apples|egg eggs|book books|
car cars|dog dogs|cat cats|ball balls|game games|page pages|word words|step steps|way ways|
unit units|side sides|face faces| edge edges|vertex vertices|letter letters|planet planets|
moon moons|bone bones|player players|country countries|state states|element elements|
electron electrons|proton protons|row rows|column columns| solution solutions|root roots|人|
个|個|年|天|日|小时|小時|時間|時|分钟|分|秒|公里|米|公斤|克|枚|本|回|匹| лет год года|км|м|
кг|г|часов часа час|минут минуты|секунд|дней день дня|человек человека|раз|명|개|년|일|시간
|साल|वर्ष|किमी|كم|سنة|سنوات|kilomètres kilomètre|kilómetros kilómetro|chilometri|
quilômetros|mètres|metros metri|kilogramm|kilogrammes|kilogramos
"""


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """The common name of a unit by each of its words."""
    names: dict[str, str] = {}
    for line in " ".join(_UNITS.split()).split("|"):
        words = [fold(word) for word in line.split()]
        names.update(dict.fromkeys(words, words[0]))
    return names


def unit_named(text: str, declared: tuple[str, ...]) -> str | None:
    """The common name of a folded unit; None where it is neither known nor declared."""
    bare = text.rstrip(".") or text
    for own in declared:
        if bare in {fold(own), fold(own).rstrip(".")}:
            return _names().get(bare, bare)
    return _names().get(bare)
