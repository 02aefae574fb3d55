"""`keyturn reserve`: whether a reservation of database instances would cover what templates declare."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from keyturn.checks.evidence.clusters import CLUSTER, INSTANCE, declared, true
from keyturn.cli.world import add_world, options
from keyturn.facts import reservations
from keyturn.facts.rds import did_you_mean
from keyturn.facts.rds_tables import sold
from keyturn.facts.reservations import PAYMENTS, YEARS, Size
from keyturn.graph import Graph, Resource
from keyturn.problem import Misuse
from keyturn.read import discover, read


@dataclass
class Declared:
    """The instances of some templates: what can be reserved, and what cannot, with why."""

    sizes: Counter[Size] = field(default_factory=Counter)
    others: list[tuple[str, str]] = field(default_factory=list)

    def add(self, instance: Resource, graph: Graph) -> None:
        """Count an instance; or a Multi-AZ cluster, which is three of them."""
        of_cluster = instance.type == CLUSTER
        name = instance.get("DBClusterInstanceClass" if of_cluster else "DBInstanceClass")
        engine, _ = declared(instance, graph, "Engine")
        two_zones = not of_cluster and true(instance.get("MultiAZ"))
        if not isinstance(name, str) or not isinstance(engine, str):
            self.others.append((str(instance), "its class or its engine is not known here"))
        elif found := reservations.size(
            engine.lower(),
            name,
            instance.region,
            multi_az=two_zones,
            license_model=str(instance.get("LicenseModel")),
        ):
            self.sizes[found] += reservations.CLUSTER_INSTANCES if of_cluster else 1
        else:
            self.others.append((str(instance), f"{name} cannot be reserved"))


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "reserve",
        help="tell whether a reservation would cover the database instances of templates",
        description="Without --class, list what would have to be reserved; with it, tell what of that reservation would be used.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a template, a program, or a folder of them")
    parser.add_argument(
        "--class", dest="instance_class", metavar="C", help="the class that is offered, e.g. db.r6g.large"
    )
    parser.add_argument(
        "--engine", metavar="E", help="its engine, e.g. aurora-mysql; of Oracle with its licence, e.g. oracle-se2(byol)"
    )
    parser.add_argument("--count", type=int, default=1, metavar="N", help="how many of it (default: 1)")
    parser.add_argument("--multi-az", action="store_true", help="the offering is for instances in two zones")
    parser.add_argument("--years", type=int, default=1, help=f"{' or '.join(map(str, YEARS))} (default: 1)")
    parser.add_argument("--payment", choices=PAYMENTS, default="no-upfront")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_world(parser)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 says that some of the reservation would go unused."""
    world, found = options(arguments), Declared()
    for path in arguments.paths:
        for file in discover(path, world):
            for graph in read(file, world):
                for instance in graph.of_type(INSTANCE):
                    found.add(instance, graph)
                for cluster in graph.of_type(CLUSTER):
                    if cluster.get("DBClusterInstanceClass") is not None:
                        found.add(cluster, graph)
    offer = _offer(arguments, world.region)
    told = _told(found, offer, arguments.count)
    if arguments.format == "json":
        json.dump(told, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(told))
    return 1 if told["reservation"] and told["reservation"]["unused"] else 0


def _offer(arguments: argparse.Namespace, region: str) -> Size | None:
    if arguments.instance_class is None:
        return None
    if arguments.engine is None:
        raise Misuse("--class asks for --engine too")
    if arguments.count < 1:
        raise Misuse(f"--count {arguments.count}: at least one is reserved")
    if because := reservations.refusal(arguments.years, arguments.payment):
        raise Misuse(because)
    product, wanted = arguments.engine.lower().replace(" ", ""), arguments.instance_class
    engine, _, _ = product.partition("(")
    offer = reservations.size(product, wanted, region, multi_az=arguments.multi_az)
    if offer is None:
        raise Misuse(f"{wanted} cannot be reserved", hint="name a class such as db.r6g.large")
    where = sold(engine).get((offer.family, offer.size), frozenset())
    if sold(engine) and region not in where:
        meant = did_you_mean(engine, wanted)
        hint = _where(where) if where else f"did you mean {meant}?" if meant else ""
        raise Misuse(f"{wanted} is not sold for {engine} in {region}", hint=hint)
    return offer


def _where(regions: frozenset[str]) -> str:
    """Where it is sold: all of it for a few regions, how many they are for more."""
    first = ", ".join(sorted(regions)[:3])
    return f"it is sold in {first}" + (f" and {len(regions) - 3} other regions" if len(regions) > 3 else "")


def _told(found: Declared, offer: Size | None, count: int) -> dict[str, Any]:
    """What is said, as data: `needed` in units (in instances where sizes are not flexible), and what becomes of the reservation."""
    pools: dict[tuple[str, str, str], float] = defaultdict(float)
    for each, many in found.sizes.items():
        pools[each.pool] += _weight(each) * many
    reservation = None
    if offer is not None:
        reserved, needed = _weight(offer) * count, pools.get(offer.pool, 0.0)
        reservation = {
            "offering": str(offer),
            "count": count,
            "reserved": reserved,
            "used": min(reserved, needed),
            "unused": max(reserved - needed, 0.0),
            "still_needed": max(needed - reserved, 0.0),
        }
    return {
        "version": 1,
        "instances": [{"instance": str(each), "count": many} for each, many in sorted(found.sizes.items(), key=str)],
        "needed": [
            {"region": region, "engine": engine, "family": family, "units": units}
            for (region, engine, family), units in sorted(pools.items())
        ],
        "not_reservable": [{"resource": name, "because": because} for name, because in found.others],
        "reservation": reservation,
    }


def _weight(each: Size) -> float:
    """How much an instance counts in its pool: its units, or one where sizes are not flexible."""
    return each.units if each.is_flexible and each.units is not None else 1.0


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [f"declared: {row['count']} × {row['instance']}" for row in told["instances"]]
    lines += [
        f"needed: {row['units']:g} units of {row['engine']} {row['family']} in {row['region']}"
        for row in told["needed"]
    ]
    lines += [f"not counted: {row['resource']}: {row['because']}" for row in told["not_reservable"]]
    if made := told["reservation"]:
        used = f"{made['used']:g} of {made['reserved']:g} units would be used, {made['unused']:g} would not"
        lines.append(f"{made['count']} × {made['offering']}: {used}")
        lines.append(f"{made['still_needed']:g} units would still be paid by the hour")
    return lines or ["no database instances are declared"]
