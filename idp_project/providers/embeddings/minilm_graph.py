"""The computation of all-MiniLM-L6-v2 as an ONNX graph without its weights: token ids in, unit sentence vectors out.

BERT with six layers (Devlin et al. 2018), mean pooling over the tokens and normalisation (Reimers & Gurevych 2019).
The weights stay where they are, in the safetensors file: the graph holds their offsets, onnxruntime maps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS, HIDDEN, HEADS = 6, 384, 12
HEAD = HIDDEN // HEADS
EPSILON = 1e-12
OPSET = 20


class _Graph:
    """Nodes in order; every value is named after the node that makes it."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        output = name or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def constant(self, value: Sequence[int] | Sequence[float] | float, kind: type = np.int64) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, dtype=kind), name))
        return name

    def linear(self, value: str, weights: str) -> str:
        """Rows times the transposed matrix, as torch stores it: nothing has to be copied."""
        return self.add("Gemm", value, f"{weights}.weight", f"{weights}.bias", transB=1)

    def normed_sum(self, first: str, second: str, weights: str) -> str:
        total = self.add("Add", first, second)
        return self.add("LayerNormalization", total, f"{weights}.weight", f"{weights}.bias", axis=-1, epsilon=EPSILON)


@dataclass(frozen=True)
class Weights:
    """Where a float32 matrix lies in the weights' file, in bytes."""

    shape: tuple[int, ...]
    offset: int
    length: int


def build(file_name: str, weights: dict[str, Weights]) -> bytes:
    """The serialised graph; `file_name` is that of the weights, beside which it is to be loaded."""
    graph = _Graph()
    state = _embedded(graph)
    shape = graph.add("Shape", "input_ids")
    heads = graph.add("Concat", shape, graph.constant([HEADS, HEAD]), axis=0)
    visible = _attention_mask(graph)
    for number in range(LAYERS):
        state = _layer(graph, f"encoder.layer.{number}", state, heads, visible)
    _pooled(graph, state, shape)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", HIDDEN])]
    used = {name for node in graph.nodes for name in node.input}
    outside = [_outside(name, file_name, place) for name, place in weights.items() if name in used]
    made = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, [*graph.constants, *outside])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    serialized: bytes = model.SerializeToString()
    return serialized


def _outside(name: str, file_name: str, place: Weights) -> onnx.TensorProto:
    tensor = onnx.TensorProto(name=name, data_type=TensorProto.FLOAT, dims=place.shape)
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", file_name), ("offset", place.offset), ("length", place.length)):
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def _embedded(graph: _Graph) -> str:
    """Sum of word, position and (always the first) type embeddings, one row a token."""
    words = graph.add("Gather", "embeddings.word_embeddings.weight", "input_ids")
    length = graph.add("Slice", graph.add("Shape", "input_ids"), graph.constant([1]), graph.constant([2]))
    positions = graph.add("Slice", "embeddings.position_embeddings.weight", graph.constant([0]), length)
    kind = graph.add("Gather", "embeddings.token_type_embeddings.weight", graph.constant(0))
    placed = graph.add("Add", graph.add("Add", words, positions), kind)
    flat = graph.add("Reshape", placed, graph.constant([-1, HIDDEN]))
    return graph.add(
        "LayerNormalization",
        flat,
        "embeddings.LayerNorm.weight",
        "embeddings.LayerNorm.bias",
        axis=-1,
        epsilon=EPSILON,
    )


def _attention_mask(graph: _Graph) -> str:
    """0 where there is a token, a very negative number where there is padding: [texts, 1, 1, tokens]."""
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT, name="mask")
    padding = graph.add("Sub", graph.constant(1.0, np.float32), mask)
    scaled = graph.add("Mul", padding, graph.constant(-1e9, np.float32))
    return graph.add("Unsqueeze", scaled, graph.constant([1, 2]))


def _layer(graph: _Graph, prefix: str, state: str, heads: str, visible: str) -> str:
    def split(part: str, order: list[int]) -> str:
        projected = graph.linear(state, f"{prefix}.attention.self.{part}")
        return graph.add("Transpose", graph.add("Reshape", projected, heads), perm=order)

    query, key, value = split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1]), split("value", [0, 2, 1, 3])
    scores = graph.add("Mul", graph.add("MatMul", query, key), graph.constant(HEAD**-0.5, np.float32))
    weights = graph.add("Softmax", graph.add("Add", scores, visible), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", weights, value), perm=[0, 2, 1, 3])
    attended = graph.linear(
        graph.add("Reshape", mixed, graph.constant([-1, HIDDEN])), f"{prefix}.attention.output.dense"
    )
    state = graph.normed_sum(attended, state, f"{prefix}.attention.output.LayerNorm")
    wide = graph.add("Gelu", graph.linear(state, f"{prefix}.intermediate.dense"))
    return graph.normed_sum(graph.linear(wide, f"{prefix}.output.dense"), state, f"{prefix}.output.LayerNorm")


def _pooled(graph: _Graph, state: str, shape: str) -> None:
    """The mean over each text's tokens, at length 1."""
    rows = graph.add("Reshape", state, graph.add("Concat", shape, graph.constant([HIDDEN]), axis=0))
    mask = graph.add("Unsqueeze", "mask", graph.constant([2]))
    total = graph.add("ReduceSum", graph.add("Mul", rows, mask), graph.constant([1]), keepdims=0)
    mean = graph.add("Div", total, graph.add("ReduceSum", mask, graph.constant([1]), keepdims=0))
    length = graph.add("ReduceL2", mean, graph.constant([1]), keepdims=1)
    graph.add("Div", mean, length, name="vectors")
