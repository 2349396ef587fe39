"""The cache that threads share: the least used leaves, and sizes count."""

from app.services.state.locked_cache import LockedCache


def test_the_least_recently_used_leaves() -> None:
    cache = LockedCache[str](most=2)
    cache.put("a", "A")
    cache.put("b", "B")
    assert cache.get("a") == "A"
    cache.put("c", "C")
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == ("A", None, "C")


def test_what_was_kept_first_stays() -> None:
    cache = LockedCache[str]()
    assert cache.keep("a", "first") == "first"
    assert cache.keep("a", "second") == "first"
    assert cache.get("a") == "first"


def test_sizes_count_and_one_too_large_is_kept_alone() -> None:
    cache = LockedCache[str](most=10, size_of=len)
    cache.keep("a", "4444")
    cache.keep("b", "55555")
    assert (cache.get("a"), cache.get("b")) == ("4444", "55555")
    cache.keep("c", "22")
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (None, "55555", "22")
    cache.keep("d", "x" * 100)
    assert (cache.get("b"), cache.get("c"), cache.get("d")) == (None, None, "x" * 100)
    none = LockedCache[str](most=0, size_of=len)
    assert none.keep("a", "kept while it is the last") == none.get("a")
