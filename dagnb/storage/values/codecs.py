"""The value types that come with dagnb, from the most particular to the pickle that takes the rest.

None of them imports a heavy package to see whether a value is its own: what is not imported yet has no values.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from dagnb.storage.values.exact_json import is_exact_json
from dagnb.storage.values.frames import PandasCodec
from dagnb.storage.values.pickles import PickleCodec

__all__ = ["ArrowCodec", "BytesCodec", "JsonCodec", "NumpyCodec", "PandasCodec", "PickleCodec", "TextCodec"]


class TextCodec:
    """Texts, as UTF-8."""

    name = "text"
    suffix = "txt"
    priority = 70

    def accepts(self, value: Any) -> bool:
        """Whether it is a text, and one that has a UTF-8 form."""
        return type(value) is str and is_exact_json(value)

    def encode(self, value: Any) -> bytes:
        """Write the text."""
        return str(value).encode()

    def decode(self, data: bytes) -> Any:
        """Read the text."""
        return data.decode()


class BytesCodec:
    """Bytes, as they are."""

    name = "bytes"
    suffix = "bin"
    priority = 60

    def accepts(self, value: Any) -> bool:
        """Whether it is of type bytes itself."""
        return type(value) is bytes

    def encode(self, value: Any) -> bytes:
        """Write the bytes."""
        return bytes(value)

    def decode(self, data: bytes) -> Any:
        """Read the bytes."""
        return data


# One encoder for all: `json.dumps` with options makes a new one for each value.
_write_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class JsonCodec:
    """What JSON brings back exactly as it was.

    >>> JsonCodec().decode(JsonCodec().encode({"a": [1, 2.5, None]}))
    {'a': [1, 2.5, None]}
    """

    name = "json"
    suffix = "json"
    priority = 50

    def accepts(self, value: Any) -> bool:
        """Whether JSON can hold it without changing a type."""
        return is_exact_json(value)

    def encode(self, value: Any) -> bytes:
        """Write the value."""
        return _write_json(value).encode()

    def decode(self, data: bytes) -> Any:
        """Read the value."""
        return json.loads(data)


class NumpyCodec:
    """Arrays without Python objects in them, in NumPy's own file format."""

    name = "numpy"
    suffix = "npy"
    priority = 90

    def accepts(self, value: Any) -> bool:
        """Whether it is an array of type ndarray itself that the format holds with its dtype."""
        numpy = sys.modules.get("numpy")
        if numpy is None or type(value) is not numpy.ndarray or value.dtype.hasobject:
            return False
        if value.dtype.metadata:
            return False
        try:
            described = numpy.lib.format.dtype_to_descr(value.dtype)
            return bool(numpy.lib.format.descr_to_dtype(described) == value.dtype)
        except (ValueError, TypeError):
            return False

    def encode(self, value: Any) -> bytes:
        """Write the array."""
        import numpy as np

        buffer = io.BytesIO()
        # Version 3 takes any field name; where there are none, version 1 is what every reader knows.
        version = (3, 0) if value.dtype.names else (1, 0)
        np.lib.format.write_array(buffer, value, version=version, allow_pickle=False)
        return buffer.getvalue()

    def decode(self, data: bytes) -> Any:
        """Read the array; objects in it are refused, for reading them could run code."""
        import numpy as np

        return np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)


class ArrowCodec:
    """Arrow tables, in Arrow's stream format."""

    name = "pyarrow"
    suffix = "arrow"
    priority = 80

    def accepts(self, value: Any) -> bool:
        """Whether it is an Arrow table."""
        arrow = sys.modules.get("pyarrow")
        return arrow is not None and type(value) is getattr(arrow, "Table", None)

    def encode(self, value: Any) -> bytes:
        """Write the table."""
        import pyarrow as pa

        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, value.schema) as writer:
            writer.write_table(value)
        return bytes(sink.getvalue())

    def decode(self, data: bytes) -> Any:
        """Read the table."""
        import pyarrow as pa

        with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
            return reader.read_all()
