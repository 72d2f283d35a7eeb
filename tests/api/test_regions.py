"""The tree of regions, as programs read it."""

from __future__ import annotations

from .conftest import World


def test_regions_by_level_and_parent(calm: World) -> None:
    told = calm.get("/regions?limit=1000&on=2024-12-31")
    assert (told["on"], told["total"], told["next"]) == ("2024-12-31", len(told["items"]), None)
    nation = next(one for one in told["items"] if one["region_code"] == "000000")
    assert (nation["parent_code"], nation["children"], nation["formerly"]) == (None, 32, [])
    provinces = calm.get("/regions?level=province&limit=1000")["items"]
    assert provinces == calm.get("/regions?parent=000000&limit=1000")["items"]
    assert [one["region_code"] for one in provinces] == sorted(one["region_code"] for one in provinces)


def test_regions_come_in_pages(calm: World) -> None:
    first = calm.get("/regions?level=province&limit=20")
    rest = calm.get(f"/regions?level=province&limit=20&cursor={first['next']}")
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (20, first["total"] - 20, None)
    assert first["items"][-1]["region_code"] < rest["items"][0]["region_code"]


def test_what_is_no_day_and_no_region_is_told(calm: World) -> None:
    for question, status in (("on=2024-02-30", 400), ("on=2024", 400), ("parent=999999", 404), ("level=village", 400)):
        assert calm.ask("GET", f"/regions?{question}").status_code == status, question
