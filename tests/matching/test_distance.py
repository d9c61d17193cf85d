from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from sendguard.matching._distance import bounded_distance

_STRINGS = st.text("abc@", max_size=14)


@given(a=_STRINGS, b=_STRINGS, limit=st.sampled_from([0, 1, 2]))
def test_it_is_the_osa_distance_up_to_the_limit(a: str, b: str, limit: int) -> None:
    assert bounded_distance(a, b, limit) == min(OSA.distance(a, b), limit + 1)


def test_a_swap_is_one_edit_and_its_place_is_not_edited_again() -> None:
    assert bounded_distance("ab", "ba", 2) == 1
    assert bounded_distance("ca", "abc", 2) == 3  # two for unrestricted Damerau-Levenshtein


def test_long_equal_ends_cost_nothing_but_time() -> None:
    same = "x" * 100_000
    assert bounded_distance(same + "ab" + same, same + "ba" + same, 1) == 1
    assert bounded_distance("a" + same + "b", "b" + same + "a", 2) == 2
