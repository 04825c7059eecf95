"""Writes the token folders of this test with the library `datasets` itself (5.0.1, pyarrow 25.0.1).

Run in this folder: python make_folders.py
"""

import pathlib
import shutil

import pyarrow as pa
from datasets import ClassLabel, Dataset, DatasetDict, Features, Sequence, Value

OUT = pathlib.Path(__file__).parent / "folders"
shutil.rmtree(OUT, ignore_errors=True)

LENGTH = 8


def padded(numbers):
    return numbers + [0] * (LENGTH - len(numbers))


# The columns and types of the published archives, and one text column as the downstream sets have.
PUBLISHED = Features(
    {
        "input_ids": Sequence(Value("int32")),
        "values": Sequence(Value("float32")),
        "length": Sequence(Value("int16")),
        "species": Sequence(Value("int16")),
        "celltype": Value("string"),
    }
)
cells = {
    "input_ids": [padded([4, 2, 7]), padded([3]), padded([9, 8, 7, 6, 5, 4, 3, 2]), padded([5, 6])],
    "values": [padded([2.5, 1.0, 0.25]), padded([1.5]), padded([4.0, 3.5, 3.0, 2.5, 2.0, 1.5, 1.0, 0.5]), padded([1.0, 1.0])],
    "length": [[3], [1], [8], [2]],
    "species": [[0], [0], [1], [0]],
    "celltype": ["B", "T", "B", None],
}
Dataset.from_dict(cells, features=PUBLISHED).save_to_disk(OUT / "genecompass", num_shards=2)

# Geneformer: as long as they are, plain length, attributes of the cells; version 2 with <cls> (2) and <eos> (3).
Dataset.from_dict(
    {
        "input_ids": [[2, 7, 5, 9, 3], [2, 4, 3], [2, 9, 8, 7, 6, 5, 4, 3]],
        "length": [5, 3, 8],
        "cell_type": ["B", "T", "B"],
        "n_counts": [1200.5, 800.0, None],
        "is_doublet": [True, False, None],
        "barcode": ["AAAC-1", "AAAG-1", "AACC-1"],
    }
).save_to_disk(OUT / "geneformer")

# Splits, a class label, a 64-bit length and a column that is no annotation.
labelled = Dataset.from_dict(
    {
        "input_ids": [[4, 2], [3], [2, 5]],
        "length": [2, 1, 2],
        "label": [0, 1, 0],
        "vector": [[0.5], [1.5], [2.5]],
    },
    features=Features(
        {
            "input_ids": Sequence(Value("int64")),
            "length": Value("int64"),
            "label": ClassLabel(names=["alive", "dying"]),
            "vector": Sequence(Value("float64")),
        }
    ),
)
DatasetDict({"train": labelled, "test": labelled.select([1]).flatten_indices()}).save_to_disk(OUT / "splits")

# Types that other programs write: large lists, fixed lists, 64-bit text offsets, dictionaries; the file format of Arrow.
table = pa.table(
    {
        "input_ids": pa.array([[4, 2], [5, 6]], type=pa.list_(pa.uint16(), 2)),
        "values": pa.array([[2.0, 1.0], [0.5, 0.5]], type=pa.large_list(pa.float64())),
        "length": pa.array([2, 2], type=pa.uint8()),
        "species": pa.array([1, 0], type=pa.int64()),
        "tissue": pa.array(["liver", None], type=pa.large_string()),
        "state": pa.array(["young", "old"]).dictionary_encode(),
        "half": pa.array([0.5, 1.5], type=pa.float16()),
    }
)
with pa.OSFile(str(OUT / "other-types.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
    writer.write_table(table)

# Compressed batches, which `datasets` never writes.
with pa.OSFile(str(OUT / "compressed.arrow"), "wb") as sink:
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
