"""The users, organizations and groups of the demo."""

from __future__ import annotations

from sqlalchemy_kintone.sandbox.model import Domain, Group, Organization, User


def administrator() -> User:
    """``sandbox``, password ``sandbox``: may do everything."""
    return User(
        1,
        "sandbox",
        "Sandbox Administrator",
        "sandbox",
        email="sandbox@example.com",
        administrator=True,
    )


def add_people(domain: Domain) -> None:
    """Add the people; each one's password is the user code."""
    for organization in (
        Organization(1, "head-office", "本社"),
        Organization(2, "sales", "営業部", "head-office"),
        Organization(3, "sales-east", "東日本営業課", "sales"),
        Organization(4, "sales-west", "西日本営業課", "sales"),
        Organization(5, "development", "開発部", "head-office"),
        Organization(6, "accounting", "経理部", "head-office"),
    ):
        domain.organizations[organization.code] = organization
    for group in (
        Group(1, "Administrators", "Administrators"),
        Group(2, "managers", "管理職"),
        Group(3, "hr", "人事担当"),
        Group(4, "project-x", "プロジェクトX"),
    ):
        domain.groups[group.code] = group
    domain.users["sandbox"] = administrator()
    domain.users["sandbox"].groups = ["Administrators", "hr"]
    for user_id, code, name, organizations, groups in (
        (2, "sato", "佐藤 昇", ["sales-east"], ["managers"]),
        (3, "suzuki", "鈴木 花子", ["sales-east"], ["project-x"]),
        (4, "takahashi", "高橋 健一", ["sales-west"], ["managers", "project-x"]),
        (5, "tanaka", "田中 美咲", ["sales-west"], []),
        (6, "ito", "伊藤 誠", ["development", "sales-east"], ["project-x"]),
        (7, "watanabe", "渡辺 由美", ["accounting"], ["hr"]),
        (8, "yamamoto", "山本 大輔", ["development"], []),
        (9, "kobayashi", "小林 直子", [], []),
    ):
        domain.users[code] = User(
            user_id,
            code,
            name,
            code,
            email=f"{code}@example.com",
            organizations=organizations,
            primary_organization=next(iter(organizations), None),
            groups=groups,
        )
    domain.users["smith"] = User(
        10,
        "smith",
        "John Smith",
        "smith",
        timezone="America/New_York",
        locale="en",
        email="smith@example.com",
        organizations=["sales"],
        primary_organization="sales",
        groups=["project-x"],
    )
    domain.users["nakamura"] = User(11, "nakamura", "中村 修", "nakamura", valid=False)
