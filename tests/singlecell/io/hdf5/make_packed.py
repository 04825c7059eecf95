"""Writes the packed arrays of this test: h5py 3.7.0, HDF5 1.10.8, its plugins for LZ4 and Blosc, numcodecs, lz4 (Debian 12).

Filters without a plugin there (zstd, bitshuffle) are packed here and written chunk by chunk.
Run in this folder: python3 make_packed.py
"""
import gzip
import os
import struct

import h5py
import lz4.block
import numcodecs
import numpy as np

BLOSC, LZ4, BITSHUFFLE, ZSTD = 32001, 32004, 32008, 32015
NAMES = ["blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd"]


def transpose_bits(raw, size):
    elements = np.frombuffer(raw, np.uint8).reshape(-1, size)
    bits = np.unpackbits(elements, axis=1, bitorder="little")
    return np.packbits(bits.T, axis=1, bitorder="little").tobytes()


def bitshuffled(block, pack):
    def packed(raw, size):
        n = block or max(8192 // size // 8 * 8, 128)
        whole = len(raw) // size // 8 * 8
        out = [struct.pack(">QI", len(raw), n * size)] if pack else []
        for start in range(0, whole, n):
            turned = transpose_bits(raw[start * size : min(start + n, whole) * size], size)
            body = pack(turned) if pack else turned
            out += [struct.pack(">I", len(body)), body] if pack else [body]
        return b"".join(out) + raw[whole * size :]

    return packed


lz4_block = lambda raw: lz4.block.compress(raw, store_size=False)
zstd = lambda raw: numcodecs.Zstd(level=3).encode(raw)
own = lambda name, shuffle, level=5, block=0: lambda raw, size: numcodecs.blosc.compress(
    np.frombuffer(raw, f"V{size}"), name.encode(), level, shuffle, block
)

# Filter, its settings by item size, and who packs: h5py where nobody is named.
FILTERS = {
    "gzip": (None, {"compression": "gzip", "shuffle": True}, None),
    "lzf": (None, {"compression": "lzf"}, None),
    "bare": (None, {}, None),
    "lz4": (None, {"compression": LZ4}, None),
    "lz4-blocks": (None, {"compression": LZ4, "compression_opts": (512,)}, None),
    **{
        f"blosc-{name}": (None, {"compression": BLOSC, "compression_opts": (0, 0, 0, 0, 5, 1, code)}, None)
        for code, name in enumerate(NAMES)
        if name not in ("snappy", "lz4hc")
    },
    "blosc-bits": (None, {"compression": BLOSC, "compression_opts": (0, 0, 0, 0, 9, 2, 1)}, None),
    "blosc-stored": (None, {"compression": BLOSC, "compression_opts": (0, 0, 0, 0, 0, 1, 1)}, None),
    "blosc-small-blocks": (BLOSC, lambda size: (2, 2, size, 0), own("blosclz", 1, 9, 512)),
    "blosc-plain": (BLOSC, lambda size: (2, 2, size, 0), own("blosclz", 0, 9)),
    "blosc-lz4hc": (BLOSC, lambda size: (2, 2, size, 0), own("lz4hc", 2, 9)),
    "zstd": (ZSTD, lambda size: (3,), lambda raw, size: zstd(raw)),
    "bitshuffle": (BITSHUFFLE, lambda size: (0, 4, size, 0, 0), bitshuffled(0, None)),
    "bitshuffle-lz4": (BITSHUFFLE, lambda size: (0, 4, size, 0, 2), bitshuffled(0, lz4_block)),
    "bitshuffle-lz4-blocks": (BITSHUFFLE, lambda size: (0, 4, size, 64, 2), bitshuffled(64, lz4_block)),
    "bitshuffle-zstd": (BITSHUFFLE, lambda size: (0, 4, size, 0, 3), bitshuffled(0, zstd)),
}


def values(n, dtype):
    """Small counts with long runs, as those of cells; every tenth is larger."""
    i = np.arange(n, dtype=np.int64)
    return np.where(i % 10 == 0, (i * 7919) % 60000, i // 64 % 5).astype(dtype)


def write(group, name, data, chunks, maxshape, how):
    code, settings, pack = how
    if code is None:
        group.create_dataset(name, data=data, chunks=chunks, maxshape=maxshape, **settings)
        return
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk(chunks)
    plist.set_filter(code, h5py.h5z.FLAG_OPTIONAL, settings(data.dtype.itemsize))
    limits = tuple(h5py.h5s.UNLIMITED if n is None else n for n in maxshape) if maxshape else None
    space = h5py.h5s.create_simple(data.shape, limits)
    dataset = h5py.h5d.create(group.id, name.encode(), h5py.h5t.py_create(data.dtype), space, plist)
    for at in np.ndindex(*(-(-n // c) for n, c in zip(data.shape, chunks))):
        start = tuple(i * c for i, c in zip(at, chunks))
        chunk = np.zeros(chunks, data.dtype)
        part = data[tuple(slice(s, s + c) for s, c in zip(start, chunks))]
        chunk[tuple(slice(0, n) for n in part.shape)] = part
        dataset.write_direct_chunk(start, bytes(pack(chunk.tobytes(), data.dtype.itemsize)), 0)


os.makedirs("objects", exist_ok=True)
for libver in ("earliest", "latest"):
    with h5py.File(f"objects/packed-{libver}.h5", "w", libver=libver) as file:
        for name, how in FILTERS.items():
            group = file.create_group(name)
            for dtype in ("int32", "float64", "uint16", "int8"):
                write(group, f"grows-{dtype}", values(1201, dtype), (200,), (None,), how)
            write(group, "fixed", values(1201, "int32"), (200,), None, how)
            write(group, "single", values(97, "float32"), (97,), None, how)
            table = values(37 * 11, "int32").reshape(37, 11)
            write(group, "table", table, (8, 4), None, how)
            write(group, "bounded", table, (8, 4), (60, 30), how)
            write(group, "rows", table, (8, 4), (None, 30), how)
            if how[0] is None:
                sparse = group.create_dataset("unwritten", (1201,), "int32", chunks=(200,), maxshape=(None,), **how[1])
                sparse[200:600] = values(400, "int32")
                if name.startswith("blosc"):
                    continue  # This plugin cannot pack texts of any length.
                texts = [f"cell {i}" for i in range(300)]
                group.create_dataset("texts", data=texts, chunks=(128,), dtype=h5py.string_dtype(), **how[1])
    with open(f"objects/packed-{libver}.h5", "rb") as file, gzip.GzipFile(f"objects/packed-{libver}.h5.gz", "wb", mtime=0) as packed:
        packed.write(file.read())
    os.remove(f"objects/packed-{libver}.h5")
