"""Engines: those on Dask workers: of this machine (`processes`), or of a running scheduler (`cluster`)."""
