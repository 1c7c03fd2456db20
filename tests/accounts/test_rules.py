"""Which passwords, names and addresses will do."""

import pytest

from eduhub.accounts.rules import is_name, password_problem


@pytest.mark.parametrize(
    "password",
    [
        "purple-kettle-hill",
        "лиса гуляет под дождём",
        "紫のやかんが丘の上にある朝",
        "मेरा नीला पहाड़ और नदी",
        "sgoil bheag ri taobh na mara",
        "čajník na kopci v zimě",
    ],
)
def test_ordinary_words_of_any_script_will_do(password: str) -> None:
    assert password_problem(password, name="Una Blair", email="una.blair@school.example") is None


@pytest.mark.parametrize(
    "password",
    [
        "!!!!!!!!!!!!!",
        "            a",
        "ααααααααααααα",
        "😀" * 12,
        "aaaa bbbb aaaa bbbb",
        "1234 5678 9012",
        "q-w-e-r-t-y-u-i-o-p",
        "p a s s w o r d 1 2 3 4 5 6",
    ],
)
def test_what_is_easy_to_guess_will_not(password: str) -> None:
    assert "too easy" in str(password_problem(password))


@pytest.mark.parametrize(
    "password", ["Élise Müller 2026", "elise.muller.26", "ÉLISE-MÜLLER-1", "müllerÉliseMüller"]
)
def test_one_s_own_name_will_not(password: str) -> None:
    problem = password_problem(password, name="Élise Müller", email="elise.muller@school.example")
    assert "own name" in str(problem)


@pytest.mark.parametrize(
    "name", ["Una Blair", "Seòras MacIlleBhàin", "J. R. O'Neil-Smith", "Mary-Ann (Mòrag) St. John", "王小明"]
)
def test_names_people_have(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Una\nhttp://evil.example/x",
        "Una http://evil.example",
        "Una\u2028Blair",
        "www.evil.example",
        "una@evil.example",
        "<b>Una</b>",
        "Una\tBlair",
    ],
)
def test_what_is_no_name(name: str) -> None:
    assert not is_name(name)
