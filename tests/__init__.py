"""The tests of dagnb. They mirror the package: ``tests/events/test_codec.py`` tests ``dagnb/events/codec.py``."""
