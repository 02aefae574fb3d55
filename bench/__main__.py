"""
python -m bench [NAME …]: run the benchmarks of these names, or all.

Peers are measured in the same run on the same cases. Timings vary between machines and runs: quote ratios from one run.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench


def main(asked: list[str]) -> int:
    names = [module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")]
    if unknown := sorted(set(asked) - set(names)):
        print(f"bench: error: no benchmark {', '.join(unknown)}; there are {', '.join(names)}", file=sys.stderr)
        return 2
    for name in asked or names:
        module = importlib.import_module(f"bench.{name}")
        print(f"== {name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
        module.main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
