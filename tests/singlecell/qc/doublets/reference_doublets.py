"""Doublet scores of the sorted blood cells of Zheng 2017 with planted doublets, by numpy and scipy alone.

Gives the golden numbers of doublet-scores.test.ts: python3 reference_doublets.py zheng_pbmc_facs_human.h5ad
The algorithm is that of Scrublet on log-normalised values; eigenvectors are exact and neighbours are found by comparing
every pair, where the product uses a randomised decomposition and a search tree.
"""
import sys

import h5py
import numpy as np
import scipy
import scipy.sparse as sp
from scipy.stats import rankdata

MASK = 0xFFFFFFFF


def mix(h):
    h &= MASK
    h ^= h >> 16
    h = (h * 0x85EBCA6B) & MASK
    h ^= h >> 13
    h = (h * 0xC2B2AE35) & MASK
    return h ^ (h >> 16)


class CounterRandom:
    """The generator of src/shared/util/random.ts, so that the same pairs are drawn."""

    def __init__(self, seed, stream):
        h = 0x811C9DC5
        for character in stream:
            h = ((h ^ ord(character)) * 0x01000193) & MASK
        self.key = mix(((seed * 0x9E3779B1) & MASK) ^ h)

    def uniform(self, index):
        return mix(mix((index ^ self.key) & MASK) ^ 0x85EBCA6B) / 2**32

    def integer(self, index, bound):
        return int(self.uniform(index) * bound)


def planted(counts, codes):
    random = CounterRandom(5, 'plant')
    n = counts.shape[0]
    n_planted = round(0.05 * n)
    pairs = []
    i = 0
    while len(pairs) < n_planted:
        a, b = random.integer(2 * i, n), random.integer(2 * i + 1, n)
        if codes[a] != codes[b]:
            pairs.append((a, b))
        i += 1
    pairs = np.array(pairs)
    return sp.vstack([counts, counts[pairs[:, 0]] + counts[pairs[:, 1]]]).tocsr(), n_planted


def variable_genes(log, number=2000, half_window=50):
    mean = np.asarray(log.mean(0)).ravel()
    variance = np.asarray(log.multiply(log).mean(0)).ravel() - mean**2
    detections = np.asarray((log > 0).sum(0)).ravel()
    considered = np.where(detections >= 3)[0]
    order = considered[np.lexsort((considered, mean[considered]))]
    ordered = variance[order]
    trend = np.empty(len(order))
    for i in range(len(order)):
        window = np.sort(ordered[max(0, i - half_window) : i + half_window + 1])
        trend[i] = window[len(window) // 2]
    return np.sort(order[np.argsort(-(ordered - trend), kind='stable')[:number]])


def main(path):
    with h5py.File(path) as file:
        shape = (file['obs/cell_type/codes'].shape[0], file['var/_index'].shape[0])
        counts = sp.csr_matrix((file['X/data'][:], file['X/indices'][:], file['X/indptr'][:]), shape=shape).astype(float)
        codes = file['obs/cell_type/codes'][:]
    counts, n_planted = planted(counts, codes)
    n = counts.shape[0]
    totals = np.asarray(counts.sum(1)).ravel()
    log = (sp.diags(1e4 / totals) @ counts).log1p().tocsr()
    genes = variable_genes(log)

    random = CounterRandom(0, 'doublet-pairs')
    n_simulated = 2 * n
    first = np.array([random.integer(2 * d, n) for d in range(n_simulated)])
    step = np.array([1 + random.integer(2 * d + 1, n - 1) for d in range(n_simulated)])
    second = (first + step) % n
    simulated = counts[first] + counts[second]
    simulated_log = (sp.diags(1e4 / (totals[first] + totals[second])) @ simulated).log1p().tocsr()

    cells = log[:, genes].toarray()
    centre = cells.mean(0)
    cells -= centre
    _, vectors = np.linalg.eigh(cells.T @ cells)
    vectors = vectors[:, ::-1][:, :30]
    points = np.vstack([cells @ vectors, (simulated_log[:, genes].toarray() - centre) @ vectors])

    k = round(round(0.5 * np.sqrt(n)) * (1 + n_simulated / n))
    squares = (points**2).sum(1)
    around = np.zeros(n, int)
    for start in range(0, n, 500):
        end = min(n, start + 500)
        distance = squares[start:end, None] + squares[None] - 2 * points[start:end] @ points.T
        distance[np.arange(end - start), np.arange(start, end)] = np.inf
        around[start:end] = (np.argpartition(distance, k, axis=1)[:, :k] >= n).sum(1)
    rate, ratio = 0.05, n_simulated / n
    q = (around + 1) / (k + 2)
    scores = q * rate / ratio / (1 - rate - q * (1 - rate - rate / ratio))

    singles = n - n_planted
    ranks = rankdata(scores)
    auc = (ranks[singles:].sum() - n_planted * (n_planted + 1) / 2) / (n_planted * singles)
    top = np.argsort(-scores, kind='stable')[:n_planted]
    print('numpy', np.__version__, 'scipy', scipy.__version__, 'cells', n, 'neighbours', k)
    print('auc', auc, 'precision among as many', (top >= singles).mean())
    shown = [0, 500, 1000, 1500, 2000, 2500, 3000, 3500, singles, singles + 50, singles + 100, singles + 150]
    print('simulated neighbours', [int(around[cell]) for cell in shown])
    print('mean simulated neighbours', around.mean(), 'of singles', around[:singles].mean())


main(sys.argv[1])
