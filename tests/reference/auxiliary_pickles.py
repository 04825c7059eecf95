"""Writes auxiliary-pickles.json: pickles and .npy files as CPython 3.11 and NumPy 1.24 write them, base64.

Usage: python3 tests/reference/auxiliary_pickles.py > tests/genecompass/checkpoint/auxiliary-pickles.json
"""
import base64, collections, io, json, pickle, sys
import numpy as np

h, m = "ENSG00000000001", "ENSMUSG00000000001"
vectors = {h: np.array([1.5, -2.0, 0.25], np.float32), m: np.array([0.5, 3.0, -1.0], np.float32)}
samples = {
    "int": {"<pad>": 0, "<mask>": 1, h: 2, m: 300, "x": 70000, "y": -5},
    "float": {h: 1.41786, m: 0.82935},
    "numpy scalar": {h: np.float64(1.41786), m: np.float32(0.5), "i": np.int64(7)},
    "ordered": collections.OrderedDict([(h, 1)]),
    "float32 vectors": vectors,
    "float64 vectors": {k: v.astype(np.float64) for k, v in vectors.items()},
    "lists": {k: v.tolist() for k, v in vectors.items()},
    "int keys": {300: 2},
    "matrix": {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "f": np.asfortranarray(np.arange(6, dtype=np.float64).reshape(2, 3))},
    "object array": {"a": np.array(["x", None], dtype=object)},
    "big-endian": {"a": np.array([1, 2], dtype=">f4")},
    "complex": {"a": np.array([1j])},
    "a function": {"a": len},
    "a list": [1, 2],
    "a set": {"a": {1}},
}
out = {"about": f"CPython {sys.version.split()[0]}, NumPy {np.__version__}", "pickle": {}, "npy": {}}
for name, value in samples.items():
    out["pickle"][name] = {p: base64.b64encode(pickle.dumps(value, protocol=p)).decode() for p in range(2, 6)}
c = np.arange(6).reshape(2, 3)
arrays = {
    "f4": c.astype("<f4"), "f8": c.astype("<f8"), "f2": c.astype("<f2"), "i8": c.astype("<i8"), "u1": c.astype("u1"),
    "fortran": np.asfortranarray(c.astype("<f4")), "vector": c.astype("<f4").ravel(), "scalar": np.float32(3),
    "big-endian": c.astype(">f4"), "object": np.array(["x", None], dtype=object), "complex": c.astype("<c8"),
}
for name, value in arrays.items():
    for version in ((1, 0), (2, 0), (3, 0)):
        stream = io.BytesIO()
        np.lib.format.write_array(stream, np.asanyarray(value), version=version)
        out["npy"].setdefault(name, {})[version[0]] = base64.b64encode(stream.getvalue()).decode()
json.dump(out, sys.stdout, indent=1)
print()
