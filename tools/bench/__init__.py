"""How fast a build is beside other generators, and after an edit: ``python -m tools.bench``.

Ours and the peers build the same made-up news into equal sites, in turn; what was measured is
printed and written to docs/benchmarks.md. `peer.py` and the module of each peer own installing
it and writing its root (templates in sites/); `root.py` owns our root; `scenarios.py` what is
done to it before a build, and the targets; `measure.py` one build's time and memory; `check.py`
whether a site is whole; `report.py` the page.
"""
