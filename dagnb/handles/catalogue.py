"""The asset that a person holds: its history as a DataFrame, its page as a view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dagnb.errors import DagnbNotFoundError
from dagnb.events.keys import AssetKey
from dagnb.handles.inert import Inert, is_loading

if TYPE_CHECKING:
    import pandas as pd

    from dagnb.instance import Instance
    from dagnb.views.models import AssetView


class Asset:
    """A data asset, known by what has materialized it. Shown in a notebook, it is its page."""

    def __init__(self, instance: Instance, key: AssetKey) -> None:
        self._instance = instance
        self.key = key

    @property
    def history(self) -> pd.DataFrame:
        """Its materializations, newest first: at, the metadata, step, run_id, description, partition."""
        from dagnb.handles.frames import history_frame

        return history_frame(self._instance.events.materializations(self.key))

    @property
    def view(self) -> AssetView:
        """Its page: history table and a series for each numeric metadata entry."""
        from dagnb.views.service import ViewService

        return ViewService(self._instance).asset(self.key)

    def show(self) -> None:
        """Show its page as the output of the cell."""
        from dagnb.handles.display import show_asset_page
        from dagnb.views.service import ViewService

        show_asset_page(self.view, ViewService(self._instance))

    def _ipython_display_(self) -> None:
        self.show()

    def __repr__(self) -> str:
        return f"<asset {self.key}>"


def asset(key: AssetKey | str | Iterable[str], *, instance: Instance | None = None) -> Asset:
    """Return an asset by its key, for example ``dagnb.asset("flights.raw")``.

    Args:
        key: its key.
        instance: where to look (default: the instance of this folder).

    Raises:
        DagnbNotFoundError: nothing has materialized it; names the nearest one that there is.
    """
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for an asset
    from dagnb.instance import Instance

    found = instance or Instance.get()
    wanted = AssetKey.of(key)
    if not found.events.materializations(wanted, limit=1):
        every = [str(record.key) for record in found.events.assets()]
        nothing = f'nothing is materialized here yet: yield AssetMaterialization("{wanted}") in a solid does it'
        raise DagnbNotFoundError("asset", str(wanted), every, hint="dagnb.assets() lists them" if every else nothing)
    return Asset(found, wanted)


def assets(prefix: AssetKey | str | None = None, *, instance: Instance | None = None) -> pd.DataFrame:
    """Return all assets, by key, a row each, with the metadata of the newest materialization as columns.

    Args:
        prefix: only those whose key begins so.
        instance: where to look (default: the instance of this folder).
    """
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for a frame
    from dagnb.handles.frames import assets_frame
    from dagnb.instance import Instance

    found = instance or Instance.get()
    return assets_frame(found.events.assets(AssetKey.of(prefix) if prefix is not None else None))
