"""The published preparation of cells (spec/genecompass.md 1.2), written with h5py, SciPy and NumPy.

    published_steps.py about
    published_steps.py steps|arrays INPUT.h5ad OUTPUT.h5 CORE.txt SAMPLE

`steps` looks the token of every gene of every cell up in the dictionary, as the published script does; `arrays` looks
them up in an array, which is what somebody writes who minds speed. (One sort over a block of cells was tried instead of
one a cell: it takes twice as long.) Both rank cell after cell, hold the count matrix in memory as AnnData does, and write
what the published data set holds: token ids and values, padded to 2,048, and the length of each cell.
Gene medians are those of the file's own cells. CORE.txt lists the protein-coding and miRNA ids; SAMPLE is a JSON list of
cells whose result is printed.
"""

import json
import resource
import sys
import time

MAX_LENGTH = 2048
MIN_CORE_GENES = 7
MIN_CELLS_PER_GENE = 3
BLOCK = 4096


class Stages:
    """Time and peak memory of each part."""

    def __init__(self):
        self.done = []
        self.name = None

    def enter(self, name):
        now = (time.perf_counter(), time.process_time())
        if self.name is not None:
            self.done.append(
                {
                    "name": self.name,
                    "seconds": now[0] - self.start[0],
                    "cpuSeconds": now[1] - self.start[1],
                    "peakBytes": peak(),
                }
            )
        self.name, self.start = name, now


def peak():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def about():
    import h5py
    import numpy
    import scipy

    print(json.dumps({
        "python": sys.version.split()[0],
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
        "h5py": h5py.__version__,
    }))


def main(way, source, target, core_file, sample):
    import h5py
    import numpy as np
    import scipy.sparse as sp
    from scipy.stats import zscore

    stages = Stages()
    stages.enter("Reading cells")
    with h5py.File(source, "r") as file:
        x = file["X"]
        shape = tuple(int(n) for n in x.attrs["shape"])
        counts = sp.csr_matrix((x["data"][:], x["indices"][:], x["indptr"][:]), shape=shape)
        ids = file["var/_index"].asstr()[:]
        symbols = file["var/gene_symbols"].asstr()[:]

    stages.enter("Checking cells")
    with open(core_file) as lines:
        core_ids = set(lines.read().split())
    total = np.asarray(counts.sum(axis=1)).ravel()
    is_mito = np.array([symbol.upper().startswith("MT-") for symbol in symbols])
    mito = np.asarray(counts[:, is_mito].sum(axis=1)).ravel()
    not_empty = total > 0
    z_total = np.full(len(total), np.nan)
    z_mito = np.full(len(total), np.nan)
    z_total[not_empty] = zscore(total[not_empty].astype(np.float64))
    z_mito[not_empty] = zscore(mito[not_empty].astype(np.float64) / total[not_empty])
    is_core = np.array([gene in core_ids for gene in ids])
    n_core = np.asarray((counts[:, is_core] > 0).sum(axis=1)).ravel()
    keep = not_empty & (np.abs(z_total) < 3) & (np.abs(z_mito) < 3) & (n_core >= MIN_CORE_GENES)
    cells = np.flatnonzero(keep)
    counts = counts[cells]

    stages.enter("Gene medians")
    by_gene = counts.tocsc()
    detected = np.diff(by_gene.indptr)
    in_vocabulary = detected >= MIN_CELLS_PER_GENE
    names = ids[in_vocabulary]
    token_dict = {name: 2 + i for i, name in enumerate(sorted(names))}
    counts = counts[:, in_vocabulary]
    by_gene = by_gene[:, in_vocabulary]
    medians = np.array([
        np.median(by_gene.data[by_gene.indptr[i] : by_gene.indptr[i + 1]]) for i in range(by_gene.shape[1])
    ])
    del by_gene
    tokens = np.array([token_dict[name] for name in names])

    stages.enter("Encoding cells")
    counts = counts.tocsr()
    n_cells = counts.shape[0]
    with h5py.File(target, "w") as out:
        input_ids = out.create_dataset("input_ids", (n_cells, MAX_LENGTH), dtype="int32")
        values = out.create_dataset("values", (n_cells, MAX_LENGTH), dtype="float32")
        lengths = np.zeros(n_cells, dtype=np.int16)
        token_of = (lambda found: [token_dict[name] for name in names[found]]) if way == "steps" else tokens.__getitem__
        for start in range(0, n_cells, BLOCK):
            end = min(n_cells, start + BLOCK)
            encoded = encode(np, counts[start:end], medians, token_of)
            input_ids[start:end], values[start:end], lengths[start:end] = encoded
        out["length"] = lengths
        out["species"] = np.zeros(n_cells, dtype=np.int16)
    stages.enter(None)

    name_of = {token: name for name, token in token_dict.items()}
    row_of = {int(cell): row for row, cell in enumerate(cells)}
    shown = []
    with h5py.File(target, "r") as out:
        for cell in sample:
            row = row_of.get(cell)
            n = 0 if row is None else int(lengths[row])
            shown.append({
                "cell": cell,
                "genes": [] if row is None else [name_of[int(token)] for token in out["input_ids"][row, :n]],
                "values": [] if row is None else [float(value) for value in out["values"][row, :n]],
            })
    print(json.dumps({"nCells": len(keep), "nKept": n_cells, "stages": stages.done, "diskBytes": 0, "sample": shown}))


def encode(np, block, medians, token_of):
    """Cell after cell: value of every gene it has, rank by argsort, cut, pad."""
    ids = np.zeros((block.shape[0], MAX_LENGTH), dtype=np.int32)
    values = np.zeros((block.shape[0], MAX_LENGTH), dtype=np.float32)
    lengths = np.zeros(block.shape[0], dtype=np.int16)
    for row in range(block.shape[0]):
        cell = block[row]
        value = np.log2(1 + cell.data / medians[cell.indices])
        order = np.argsort(-value)[:MAX_LENGTH]
        n = len(order)
        ids[row, :n] = token_of(cell.indices[order])
        values[row, :n] = value[order]
        lengths[row] = n
    return ids, values, lengths


if __name__ == "__main__":
    if sys.argv[1] == "about":
        about()
    else:
        main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], json.loads(sys.argv[5]))
