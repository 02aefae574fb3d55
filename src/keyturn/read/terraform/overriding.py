"""
What an override file says, put into what it completes.

Arguments win over those of the same name; nested blocks replace all of their type, but for `lifecycle`, which is completed.

Source: Terraform's "Override Files", merging behavior, and `configs/module_merge_body.go`; read 2026-11.
"""

from __future__ import annotations

import dataclasses

from keyturn.read.terraform.hcl.syntax import Block, Body, Written


def completed(base: Block, over: Block, written: Written) -> Block:
    """
    A block with what another says.

    Args:
        written: The file of the other.
    """
    return dataclasses.replace(base, body=_body(base.body, over.body, written))


def _body(base: Body, over: Body, written: Written) -> Body:
    arguments = {name: dataclasses.replace(each, written=written) for name, each in over.arguments.items()}
    replaced = {_kind(each) for each in over.blocks} - {"lifecycle"}
    blocks = [each for each in base.blocks if _kind(each) not in replaced]
    for block in over.blocks:
        known = next((each for each in blocks if each.type == block.type == "lifecycle"), None)
        if known is not None:
            blocks[blocks.index(known)] = completed(known, block, written)
        else:
            blocks.append(dataclasses.replace(block, written=written))
    return Body({**base.arguments, **arguments}, blocks)


def _kind(block: Block) -> str:
    """What a block stands for: a dynamic one is of the type that it makes."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type
