"""Every public name of ``onearm.design`` is there, whatever was imported before."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import onearm.design


@pytest.mark.parametrize("name", onearm.design.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(onearm.design, name).__name__ == name


def test_no_module_hides_a_public_name() -> None:
    modules = {found.name for found in pkgutil.iter_modules(onearm.design.__path__)}
    assert not modules & set(onearm.design.__all__)
    for module in modules:
        importlib.import_module(f"onearm.design.{module}")
    assert callable(onearm.design.find) and callable(onearm.design.infer) and callable(onearm.design.recover)
    assert callable(onearm.design.operating_characteristics)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = onearm.design.nothing
